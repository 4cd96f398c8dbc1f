// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/hmem/hmem.c of v8 = e4de6b910bf3 (UPSTREAM.md 2.6).
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

struct dax_defer_work {
	struct platform_device *pdev = nullptr;
	struct work_struct work;
};

/* static data of dax_hmem.ko */
struct dax_hmem_statics {
	dax_defer_work dax_hmem_work;
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

int hmem_register_device(struct device *host, int target_nid, const struct resource *res)
{
	const Range range = { res->start, res->end };

	if (IS_ENABLED(CONFIG_DEV_DAX_CXL) &&
	    region_intersects(range.start, range.size(), IORESOURCE_MEM, IORES_DESC_CXL) !=
		    REGION_DISJOINT) {
		if (!dax_hmem_initial_probe()) {
			dev_dbg(host->name, "await CXL initial probe", range);
			queue_work(system_long_wq, &statics().dax_hmem_work.work);
			return 0;
		}
		dev_dbg(host->name, "deferring range to CXL", range);
		return 0;
	}

	return __hmem_register_device(host, target_nid, res);
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

void process_defer_work(struct work_struct *_work)
{
	struct dax_defer_work *work = container_of(_work, dax_defer_work, work);
	struct platform_device *pdev = work->pdev;

	if (!pdev)
		return;

	wait_for_device_probe();

	guard_device guard(&pdev->dev);
	if (!pdev->dev.driver)
		return;

	if (!dax_hmem_initial_probe()) {
		dax_hmem_initial_probe() = true;
		walk_hmem_resources(&pdev->dev, hmem_register_cxl_device);
	}
}

int dax_hmem_platform_probe(struct platform_device *pdev)
{
	dax_defer_work &work = statics().dax_hmem_work;

	if (work_pending(&work.work))
		return -EBUSY;

	if (!work.pdev)
		work.pdev = to_platform_device(get_device(&pdev->dev));

	return walk_hmem_resources(&pdev->dev, hmem_register_device);
}

void dax_hmem_flush_work()
{
	flush_work(&statics().dax_hmem_work.work);
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

	rc = platform_driver_register(&statics().dax_hmem_platform_driver);
	if (rc)
		return rc;

	rc = platform_driver_register(&statics().dax_hmem_driver);
	if (rc)
		platform_driver_unregister(&statics().dax_hmem_platform_driver);

	return rc;
}

void dax_hmem_exit()
{
	dax_defer_work &work = statics().dax_hmem_work;

	if (work.pdev) {
		flush_work(&work.work);
		put_device(&work.pdev->dev);
	}
	platform_driver_unregister(&statics().dax_hmem_driver);
	platform_driver_unregister(&statics().dax_hmem_platform_driver);
}

void *new_statics()
{
	auto *data = new_object<dax_hmem_statics>(name_of(THIS_MODULE));

	data->dax_hmem_work.work =
		__WORK_INITIALIZER(name_of(Word::resolution), FUNC(process_defer_work));
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

constinit const module_info dax_hmem_v8 = {
	.name = Word::dax_hmem,
	.init = dax_hmem_init,
	.init_name = "dax_hmem_init",
	.exit = dax_hmem_exit,
	.exit_name = "dax_hmem_exit",
	.new_data = new_statics,
	.exports = exports,
};

} // namespace drivers
