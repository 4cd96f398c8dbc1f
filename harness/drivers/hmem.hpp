// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/hmem/hmem.c, revision by revision: each is one dax_hmem.ko.
#pragma once

#include "kernel/module.hpp"

namespace drivers {

extern const kernel::module_info dax_hmem_pre;
extern const kernel::module_info dax_hmem_v1; /* and v2, v3 */
extern const kernel::module_info dax_hmem_v4;
extern const kernel::module_info dax_hmem_v5;
extern const kernel::module_info dax_hmem_v6;
extern const kernel::module_info dax_hmem_v7;
/* what the review of v7 proposed, each alone and both */
extern const kernel::module_info dax_hmem_v7_static_init;
extern const kernel::module_info dax_hmem_v7_gated_exit;
extern const kernel::module_info dax_hmem_v7_reviewed;
extern const kernel::module_info dax_hmem_v8;
extern const kernel::module_info dax_hmem_mainline;

} // namespace drivers
