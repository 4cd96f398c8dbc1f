// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/cxl.c since v7: registers its driver from a work item, after dax_hmem's resolution.
#pragma once

#include "kernel/module.hpp"

namespace drivers {

extern const kernel::module_info dax_cxl;
/* without CONFIG_DEV_DAX_HMEM it links against nothing of dax_hmem.ko */
extern const kernel::module_info dax_cxl_without_hmem;

} // namespace drivers
