// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/bus.h: what dax_cxl sees of dax_hmem.
#pragma once

namespace drivers {

/* exported by dax_hmem.ko, or an empty inline without CONFIG_DEV_DAX_HMEM */
void dax_hmem_flush_work();

} // namespace drivers
