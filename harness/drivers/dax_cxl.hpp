// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/cxl.c, revision by revision: each is one dax_cxl.ko. Since v6 it registers its driver from a
// work item, after dax_hmem's resolution.
#pragma once

#include "kernel/module.hpp"

namespace drivers {

extern const kernel::module_info dax_cxl_pre; /* to v4 */
extern const kernel::module_info dax_cxl_v5;
extern const kernel::module_info dax_cxl_v6;
extern const kernel::module_info dax_cxl; /* from v7 on */
/* without CONFIG_DEV_DAX_HMEM it links against nothing of dax_hmem.ko */
extern const kernel::module_info dax_cxl_without_hmem;

} // namespace drivers
