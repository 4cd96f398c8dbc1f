// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/hmem/hmem.c of v4 of 2025-11-20 (UPSTREAM.md 2.2).
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
#include "kernel/workqueue.hpp"

namespace drivers {

using namespace kernel;

namespace {

constexpr Word THIS_MODULE = Word::dax_hmem;

enum class dax_cxl_mode {
	DEFER,
	REGISTER,
	DROP,
};

struct dax_defer_work {
	struct platform_device *pdev;
	struct work_struct work;
};

/* static data of dax_hmem.ko */
struct dax_hmem_statics {
	dax_cxl_mode mode = dax_cxl_mode::DEFER;
	platform_driver dax_hmem_platform_driver;
	platform_driver dax_hmem_driver;
};

dax_hmem_statics &statics()
{
	return static_data<dax_hmem_statics>(THIS_MODULE);
}

void process_defer_work(struct work_struct *_work);

/* the registration primitive (UPSTREAM.md 1.4) */

void memregion_release(void *data)
{
	memregion_free(static_cast<int>(reinterpret_cast<std::intptr_t>(data)));
}

void unregister_hmem_device(void *pdev)
{
	platform_device_unregister(static_cast<struct platform_device *>(pdev));
}

int hmem_register_device(struct device *host, int target_nid, const struct resource *res)
{
	const Range range = { res->start, res->end };
	struct memregion_info info;
	struct platform_device *pdev;
	int rc, id;

	if (IS_ENABLED(CONFIG_DEV_DAX_CXL) &&
	    region_intersects(range.start, range.size(), IORESOURCE_MEM, IORES_DESC_CXL) !=
		    REGION_DISJOINT) {
		switch (statics().mode) {
		case dax_cxl_mode::DEFER:
			dev_dbg(host->name, "deferring range to CXL", range);
			schedule_work(
				&static_cast<struct dax_defer_work *>(dev_get_drvdata(host))->work);
			return 0;
		case dax_cxl_mode::REGISTER:
			dev_dbg(host->name, "registering CXL range", range);
			break;
		case dax_cxl_mode::DROP:
			dev_dbg(host->name, "dropping CXL range", range);
			return 0;
		}
	}

	rc = region_intersects_soft_reserve(range.start, range.size());
	if (rc != REGION_INTERSECTS)
		return 0;

	/* not modelled: the Soft Reserved entry is added back to iomem */

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

int handle_deferred_cxl(struct device *host, int target_nid, const struct resource *res)
{
	const Range range = { res->start, res->end };

	if (region_intersects(range.start, range.size(), IORESOURCE_MEM, IORES_DESC_CXL) !=
	    REGION_DISJOINT) {
		if (cxl_regions_fully_map(res->start, res->end)) {
			statics().mode = dax_cxl_mode::DROP;
			cxl_register_dax(res->start, res->end);
		} else {
			statics().mode = dax_cxl_mode::REGISTER;
			cxl_region_teardown(res->start, res->end);
		}

		hmem_register_device(host, target_nid, res);
	}

	return 0;
}

void process_defer_work(struct work_struct *_work)
{
	struct dax_defer_work *work = container_of(_work, dax_defer_work, work);
	struct platform_device *pdev = work->pdev;

	wait_for_device_probe();

	walk_hmem_resources(&pdev->dev, handle_deferred_cxl);
}

/* what it is given is the outer structure already: `work` is eight bytes before it (UPSTREAM.md V1-6) */
void kill_defer_work(void *_work)
{
	struct dax_defer_work *work = container_of(_work, dax_defer_work, work);

	cancel_work_sync(&work->work);
	kfree(work);
}

int dax_hmem_platform_probe(struct platform_device *pdev)
{
	auto *work = kzalloc<dax_defer_work>(name_of(Word::resolution));
	int rc;

	/* ASSUMED: as every kernel driver does; UPSTREAM.md 2.1 does not tell */
	if (!work)
		return -ENOMEM;

	work->pdev = pdev;
	work->work.name = name_of(Word::resolution);
	INIT_WORK(&work->work, FUNC(process_defer_work));

	rc = devm_add_action_or_reset(&pdev->dev, FUNC(kill_defer_work), work);
	if (rc)
		return rc;

	dev_set_drvdata(&pdev->dev, work);

	return walk_hmem_resources(&pdev->dev, hmem_register_device);
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
	platform_driver_unregister(&statics().dax_hmem_driver);
	platform_driver_unregister(&statics().dax_hmem_platform_driver);
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

} // namespace

constinit const module_info dax_hmem_v4 = {
	.name = Word::dax_hmem,
	.init = dax_hmem_init,
	.init_name = "dax_hmem_init",
	.exit = dax_hmem_exit,
	.exit_name = "dax_hmem_exit",
	.new_data = new_statics,
};

} // namespace drivers
