// SPDX-License-Identifier: GPL-2.0-only
// The boot phase: what firmware described, in the order of the kernel's initcalls.
#pragma once

#include "drivers/registry.hpp"
#include "scenario/scenario.hpp"

namespace run {

// Runs on the boot task.
void boot(const drivers::Revision &revision, const scenario::Layout &layout);

} // namespace run
