// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/cxl.c (UPSTREAM.md 1.6): the CXL side, the same from v7 to mainline.
#include "drivers/dax_cxl.hpp"

#include "drivers/bus.hpp"
#include "kernel/config.hpp"
#include "kernel/cxl.hpp"
#include "kernel/dax_bus.hpp"
#include "kernel/errno.hpp"
#include "kernel/iomem.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"

#include <array>

namespace drivers {

using namespace kernel;

void dax_hmem_flush_work()
{
	if (IS_ENABLED(CONFIG_DEV_DAX_HMEM))
		find_symbol(Word::dax_hmem, "dax_hmem_flush_work")();
}

namespace {

constexpr Word THIS_MODULE = Word::dax_cxl;

/* static data of dax_cxl.ko */
struct dax_cxl_statics {
	work_struct dax_cxl_work;
	cxl_driver cxl_dax_region_driver;
};

dax_cxl_statics &statics()
{
	return static_data<dax_cxl_statics>(THIS_MODULE);
}

int cxl_dax_region_probe(struct device *dev)
{
	struct cxl_dax_region *cxlr_dax = to_cxl_dax_region(dev);
	struct dax_region *dax_region;
	int nid = phys_to_target_node(cxlr_dax->range.start);

	if (nid < 0)
		nid = memory_add_physaddr_to_nid(cxlr_dax->range.start);

	dax_region = alloc_dax_region(dev, cxlr_dax->id, cxlr_dax->range, nid, PMD_SIZE,
				      IORESOURCE_DAX_KMEM);
	if (!dax_region)
		return -ENOMEM;

	struct dev_dax_data data = {
		.region = dax_region,
		.size = cxlr_dax->range.size(),
	};

	return devm_create_dev_dax(&data);
}

void cxl_dax_region_driver_register(struct work_struct *)
{
	dax_hmem_flush_work();
	cxl_driver_register(&statics().cxl_dax_region_driver);
}

int cxl_dax_region_init()
{
	/*
	 * Deferred, so that dax_hmem's resolution, which waits for probes, is never
	 * waited for by a probe or by a module load.
	 */
	queue_work(system_long_wq, &statics().dax_cxl_work);
	return 0;
}

void cxl_dax_region_exit()
{
	flush_work(&statics().dax_cxl_work);
	cxl_driver_unregister(&statics().cxl_dax_region_driver);
}

void *new_statics()
{
	auto *data = new_object<dax_cxl_statics>(name_of(THIS_MODULE));

	data->dax_cxl_work = __WORK_INITIALIZER(name_of(Word::cxl_register),
						FUNC(cxl_dax_region_driver_register));
	data->cxl_dax_region_driver = {
		.name = name_of(Word::cxl_dax_region),
		.probe = FUNC(cxl_dax_region_probe),
		.type = probe_type::PROBE_PREFER_ASYNCHRONOUS,
		.suppress_bind_attrs = true,
	};
	return data;
}

constexpr std::array providers = { Word::dax_hmem };

constexpr module_info dax_cxl_info(std::span<const Word> linked)
{
	return {
		.name = Word::dax_cxl,
		.init = cxl_dax_region_init,
		.init_name = "cxl_dax_region_init",
		.exit = cxl_dax_region_exit,
		.exit_name = "cxl_dax_region_exit",
		.new_data = new_statics,
		.providers = linked,
	};
}

} // namespace

constinit const module_info dax_cxl = dax_cxl_info(providers);
constinit const module_info dax_cxl_without_hmem = dax_cxl_info({});

} // namespace drivers
