// SPDX-License-Identifier: GPL-2.0-only
// tools/testing/cxl/test/hmem_test.c: the second hmem_platform device, which cxl_test brings along
// (UPSTREAM.md 4.2). No revision's code, but what each is tested with.
//
// Covers: the static device with its empty work function and the release that zeroes it; one range of
// its own for its walk; the two queries that answer INTERSECTS there while it is registered.
// Does not cover: the rest of cxl_test (windows and regions are the layout's).
#pragma once

#include "drivers/device.hpp"

namespace drivers {

/* boot, once the module below is installed: what the device's walk yields */
void hmem_test_set_range(kernel::Range range, int target_nid);

/* cxl_test is loaded, and unloaded: 0 or -errno */
int hmem_test_init();
int hmem_test_exit();
bool hmem_test_loaded();

extern const kernel::module_info cxl_test;

} // namespace drivers
