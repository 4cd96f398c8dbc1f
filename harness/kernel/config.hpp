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

// In what the kernels differ that the code under test was written for. The defaults are those of 7.1.
struct CoreFacts {
    // Before 7.0 Soft Reserved ranges lie in iomem, where windows grow over what they overlap partly
    // (KERNEL.md section 4); since then they have a tree of their own.
    bool soft_reserved_in_iomem = false;
    // Dax regions exclude each other: the "DAX Regions" tree (UPSTREAM.md 1.5).
    bool dax_regions_exclusive = true;
    // Before 7.0 memdevs are attached when udev has loaded cxl_mem, which neither cxl_pci's probe nor
    // wait_for_device_probe covers (KERNEL.md section 7, UPSTREAM.md V1-2).
    bool memdevs_attach_later = false;
    // A region that firmware programmed gets its dax device only on demand, by cxl_register_dax
    // (UPSTREAM.md 2.2).
    bool auto_regions_wait_for_dax = false;
    // The decoders of a region that firmware programmed are not reset when it goes (UPSTREAM.md 2.3,
    // V6-7).
    bool auto_regions_keep_decoders = false;
};

struct KernelConfig {
    std::array<bool, CONFIG_COUNT> enabled = {true, true, true};
    std::bitset<static_cast<std::size_t>(Word::count_)> driver_async_probe;
    bool device_hmem_disable = false;
    bool kmem_remove_fails = false; // memory that kmem onlined cannot be taken offline again
    CoreFacts core;
};

} // namespace kernel
