// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/hmem/hmem.c of 6.12 to 6.18, before the series (UPSTREAM.md 2.0).
#include "drivers/device.hpp"
#include "drivers/hmem.hpp"
#include "kernel/config.hpp"
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

int hmem_register_device(struct device *host, int target_nid, const struct resource *res)
{
	const Range range = { res->start, res->end };
	struct memregion_info info;
	struct platform_device *pdev;
	int rc, id;

	if (IS_ENABLED(CONFIG_CXL_REGION) &&
	    region_intersects(range.start, range.size(), IORESOURCE_MEM, IORES_DESC_CXL) !=
		    REGION_DISJOINT) {
		dev_dbg(host->name, "deferring range to CXL", range);
		return 0;
	}

	rc = region_intersects(range.start, range.size(), IORESOURCE_MEM, IORES_DESC_SOFT_RESERVED);
	if (rc != REGION_INTERSECTS)
		return 0;

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

int dax_hmem_platform_probe(struct platform_device *pdev)
{
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

/* MODULE_SOFTDEP("pre: cxl_acpi") */
constexpr std::array softdep_pre = { Word::cxl_acpi };

} // namespace

constinit const module_info dax_hmem_pre = {
	.name = Word::dax_hmem,
	.init = dax_hmem_init,
	.init_name = "dax_hmem_init",
	.exit = dax_hmem_exit,
	.exit_name = "dax_hmem_exit",
	.new_data = new_statics,
	.soft_providers = softdep_pre,
};

} // namespace drivers
