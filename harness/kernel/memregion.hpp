// SPDX-License-Identifier: GPL-2.0-only
// memregion ids: one global allocator, lowest free id first, shared by hmem devices, CXL root
// decoders and regions (KERNEL.md section 5).
#pragma once

namespace kernel {

// An id or -ENOMEM.
int memregion_alloc();
// For the environment of the code under test: never fails.
int memregion_alloc_unfailing();
void memregion_free(int id);

} // namespace kernel
