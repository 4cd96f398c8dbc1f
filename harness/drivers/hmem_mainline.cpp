// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/hmem/hmem.c of v7.1: f8dc1bde1873 and 059edcc405e4 on top of v8 (UPSTREAM.md 2.7).
#include "drivers/device.hpp"
#include "drivers/hmem.hpp"
#include "kernel/config.hpp"
#include "kernel/container_of.hpp"
#include "kernel/cxl.hpp"
#include "kernel/dax_bus.hpp"
#include "kernel/errno.hpp"
#include "kernel/iomem.hpp"
#include "kernel/kernel.hpp"
#include "kernel/memregion.hpp"
#include "kernel/object.hpp"

#include <array>

namespace drivers {

using namespace kernel;

namespace {

constexpr Word THIS_MODULE = Word::dax_hmem;

/* static data of dax_hmem.ko */
struct dax_hmem_statics {
	struct workqueue_struct *dax_hmem_wq = nullptr;
	platform_driver dax_hmem_platform_driver;
	platform_driver dax_hmem_driver;
};

dax_hmem_statics &statics()
{
	return static_data<dax_hmem_statics>(THIS_MODULE);
}

/* the registration primitive (UPSTREAM.md 1.4) */

void memregion_release(void *data)
{
	memregion_free(static_cast<int>(reinterpret_cast<std::intptr_t>(data)));
}

void unregister_hmem_device(void *pdev)
{
	platform_device_unregister(static_cast<struct platform_device *>(pdev));
}

int __hmem_register_device(struct device *host, int target_nid, const struct resource *res)
{
	const Range range = { res->start, res->end };
	struct memregion_info info;
	struct platform_device *pdev;
	int rc, id;

	rc = region_intersects_soft_reserve(range.start, range.size());
	if (rc != REGION_INTERSECTS)
		return 0;

	/* TODO of upstream: the Soft Reserved entry is not added back to iomem */

	id = memregion_alloc();
	if (id < 0)
		return -ENOMEM;
	rc = devm_add_action_or_reset(host, FUNC(memregion_release),
				      reinterpret_cast<void *>(std::intptr_t{ id }));
	if (rc)
		return rc;

	pdev = platform_device_alloc(name_of(Word::hmem, id));
	if (!pdev)
		return -ENOMEM;
	pdev->dev.parent = host;
	pdev->numa_node = target_nid;
	info = { target_nid, range };
	rc = platform_device_add_data(pdev, &info);
	if (rc)
		goto out_put;
	rc = platform_device_add(pdev);
	if (rc)
		goto out_put;

	return devm_add_action_or_reset(host, FUNC(unregister_hmem_device), pdev);

out_put:
	platform_device_put(pdev);
	return rc;
}

int hmem_register_cxl_device(struct device *host, int target_nid, const struct resource *res)
{
	const Range range = { res->start, res->end };

	if (region_intersects(range.start, range.size(), IORESOURCE_MEM, IORES_DESC_CXL) ==
	    REGION_DISJOINT)
		return 0;

	if (cxl_region_contains_resource(res)) {
		dev_dbg(host->name, "CXL claims resource, dropping", range);
		return 0;
	}

	dev_dbg(host->name, "CXL did not claim resource, registering", range);
	return __hmem_register_device(host, target_nid, res);
}

void process_defer_work(struct work_struct *work)
{
	hmem_platform_device *hpdev = container_of(work, hmem_platform_device, work);
	struct device *dev = &hpdev->pdev.dev;

	wait_for_device_probe();

	guard_device guard(dev);
	if (dev->driver) {
		if (!hpdev->did_probe) {
			hpdev->did_probe = true;
			walk_hmem_resources(dev, hmem_register_cxl_device);
		}
	}
	/* before the guard unlocks */
	put_device(dev);
}

int hmem_register_device(struct device *host, int target_nid, const struct resource *res)
{
	hmem_platform_device *hpdev = to_hmem_platform_device(to_platform_device(host));
	const Range range = { res->start, res->end };

	if (IS_ENABLED(CONFIG_DEV_DAX_CXL) &&
	    region_intersects(range.start, range.size(), IORESOURCE_MEM, IORES_DESC_CXL) !=
		    REGION_DISJOINT) {
		if (!hpdev->did_probe) {
			dev_dbg(host->name, "await CXL initial probe", range);
			hpdev->work.func = FUNC(process_defer_work);
			get_device(host);
			if (!queue_work(statics().dax_hmem_wq, &hpdev->work))
				put_device(host);
			return 0;
		}
		dev_dbg(host->name, "deferring range to CXL", range);
		return 0;
	}

	return __hmem_register_device(host, target_nid, res);
}

int dax_hmem_platform_probe(struct platform_device *pdev)
{
	hmem_platform_device *hpdev = to_hmem_platform_device(pdev);

	if (work_pending(&hpdev->work))
		return -EBUSY;

	return walk_hmem_resources(&pdev->dev, hmem_register_device);
}

void dax_hmem_flush_work()
{
	flush_workqueue(statics().dax_hmem_wq);
}

int dax_hmem_probe(struct platform_device *pdev)
{
	const struct memregion_info *mri = pdev->platform_data;
	struct dax_region *dax_region;

	dax_region = alloc_dax_region(&pdev->dev, pdev->name.number, mri->range, mri->target_node,
				      PMD_SIZE, IORESOURCE_DAX_KMEM);
	if (!dax_region)
		return -ENOMEM;

	struct dev_dax_data data = {
		.region = dax_region,
		.size = mri->range.size(),
	};

	return devm_create_dev_dax(&data);
}

int dax_hmem_init()
{
	int rc;

	if (IS_ENABLED(CONFIG_DEV_DAX_CXL)) {
		request_module(Word::cxl_acpi);
		request_module(Word::cxl_pci);
	}

	statics().dax_hmem_wq = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
	if (!statics().dax_hmem_wq)
		return -ENOMEM;

	rc = platform_driver_register(&statics().dax_hmem_platform_driver);
	if (rc)
		goto err_platform_driver;

	rc = platform_driver_register(&statics().dax_hmem_driver);
	if (rc)
		goto err_driver;

	return 0;

err_driver:
	platform_driver_unregister(&statics().dax_hmem_platform_driver);
err_platform_driver:
	destroy_workqueue(statics().dax_hmem_wq);
	return rc;
}

void dax_hmem_exit()
{
	platform_driver_unregister(&statics().dax_hmem_driver);
	platform_driver_unregister(&statics().dax_hmem_platform_driver);
	destroy_workqueue(statics().dax_hmem_wq);
}

void *new_statics()
{
	auto *data = new_object<dax_hmem_statics>(name_of(THIS_MODULE));

	data->dax_hmem_platform_driver = {
		.probe = FUNC(dax_hmem_platform_probe),
		.driver = { .name = name_of(Word::hmem_platform), .owner = THIS_MODULE },
	};
	data->dax_hmem_driver = {
		.probe = FUNC(dax_hmem_probe),
		.driver = { .name = name_of(Word::hmem), .owner = THIS_MODULE },
	};
	return data;
}

constexpr std::array exports = {
	exported_symbol{ "dax_hmem_flush_work", dax_hmem_flush_work },
};

} // namespace

constinit const module_info dax_hmem_mainline = {
	.name = Word::dax_hmem,
	.init = dax_hmem_init,
	.init_name = "dax_hmem_init",
	.exit = dax_hmem_exit,
	.exit_name = "dax_hmem_exit",
	.new_data = new_statics,
	.exports = exports,
};

} // namespace drivers
