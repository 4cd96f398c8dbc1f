// SPDX-License-Identifier: GPL-2.0-only
// The drivers of dax devices, both built in: kmem, which makes System RAM of a dax device's memory,
// and device_dax, which leaves it to user space (KERNEL.md section 6, UPSTREAM.md ML-24).
//
// Covers: what kmem refuses (no node, no whole memory block, a range that is not free in iomem), the
// claim in iomem and the System RAM below it, memory that cannot be taken offline again, seeds, which
// neither of the two takes.
// Does not cover: memory hotplug itself (it never fails), several ranges a device, device_dax's
// files.
#pragma once

#include "kernel/range.hpp"

#include <cstdint>
#include <optional>

namespace kernel {

// ASSUMED: x86's smallest one; KERNEL.md says that kmem needs whole blocks, not how large they are.
inline constexpr std::uint64_t memory_block_bytes = 128 * 1024 * 1024;

// The memory blocks that lie in the range as a whole: what of it can be System RAM.
std::optional<Range> memory_blocks(Range range);

// Boot: both drivers are registered on the dax bus.
void dax_boot();

} // namespace kernel
