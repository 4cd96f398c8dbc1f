// SPDX-License-Identifier: GPL-2.0-only
// What the kernel was configured with, and its command line.
#pragma once

#include "kernel/name.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

namespace kernel {

enum config_symbol : std::uint8_t {
    CONFIG_DEV_DAX_CXL,
    CONFIG_DEV_DAX_HMEM,
    CONFIG_CXL_REGION,
    CONFIG_COUNT,
};

bool IS_ENABLED(config_symbol symbol);

// Whether the parameter driver_async_probe= names the driver.
bool driver_async_probe(Word driver);

// The parameter device_hmem.disable (nohmem).
bool device_hmem_disable();

struct KernelConfig {
    std::array<bool, CONFIG_COUNT> enabled = {true, true, true};
    std::bitset<static_cast<std::size_t>(Word::count_)> driver_async_probe;
    bool device_hmem_disable = false;
    bool kmem_remove_fails = false; // memory that kmem onlined cannot be taken offline again
};

} // namespace kernel
