// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/hmem/device.c: the list of ranges dax_hmem walks, and the platform device it binds.
// Always built in, so that what it holds survives a reload of dax_hmem (UPSTREAM.md 1.1, 2.5, 2.7).
#pragma once

#include "kernel/module.hpp"
#include "kernel/platform.hpp"
#include "kernel/resource.hpp"
#include "kernel/workqueue.hpp"

namespace drivers {

using walk_hmem_fn = int (*)(kernel::device *host, int target_nid, const kernel::resource *res);

/* mainline: one such object is static in device.c */
struct hmem_platform_device {
	kernel::platform_device pdev;
	kernel::work_struct work;
	bool did_probe = false;
};

hmem_platform_device *to_hmem_platform_device(kernel::platform_device *pdev);

void hmem_register_resource(int target_nid, const kernel::resource *res);
/* test_module.cpp, as cxl_test's --wrap has it; the kernel's own is __real_walk_hmem_resources() */
int walk_hmem_resources(kernel::device *host, walk_hmem_fn fn);
int __real_walk_hmem_resources(kernel::device *host, walk_hmem_fn fn);

/* v7, v8: exported; true once the first resolution began */
bool &dax_hmem_initial_probe();

/* before 7.0, where Soft Reserved ranges lie in iomem */
extern const kernel::module_info device_hmem_pre;
/* before 214291cbaace */
extern const kernel::module_info device_hmem_v1;
/* with a platform device that is allocated (to v8), or static (mainline) */
extern const kernel::module_info device_hmem_v7;
extern const kernel::module_info device_hmem_mainline;

} // namespace drivers
