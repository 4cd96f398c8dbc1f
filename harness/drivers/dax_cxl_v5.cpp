// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/cxl.c of v5 (UPSTREAM.md 2.3): module_cxl_driver, whose probe waits for dax_hmem's decision.
#include "drivers/dax_cxl.hpp"

#include "drivers/bus_v5.hpp"
#include "kernel/cxl.hpp"
#include "kernel/dax_bus.hpp"
#include "kernel/errno.hpp"
#include "kernel/iomem.hpp"
#include "kernel/object.hpp"

#include <array>

namespace drivers {

using namespace kernel;

namespace {

constexpr Word THIS_MODULE = Word::dax_cxl;

/* static data of dax_cxl.ko */
struct dax_cxl_statics {
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

	switch (bus_v5::dax_cxl_mode()) {
	case bus_v5::dax_cxl_mode_t::DEFER:
		return -EPROBE_DEFER;
	case bus_v5::dax_cxl_mode_t::REGISTER:
		return -ENODEV;
	case bus_v5::dax_cxl_mode_t::DROP:
		break;
	}

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

int cxl_dax_region_driver_init()
{
	return cxl_driver_register(&statics().cxl_dax_region_driver);
}

void cxl_dax_region_driver_exit()
{
	cxl_driver_unregister(&statics().cxl_dax_region_driver);
}

void *new_statics()
{
	auto *data = new_object<dax_cxl_statics>(name_of(THIS_MODULE));

	data->cxl_dax_region_driver = {
		.name = name_of(Word::cxl_dax_region),
		.probe = FUNC(cxl_dax_region_probe),
		.suppress_bind_attrs = true,
	};
	return data;
}

constexpr std::array providers = { Word::dax_ko };

} // namespace

constinit const module_info dax_cxl_v5 = {
	.name = Word::dax_cxl,
	.init = cxl_dax_region_driver_init,
	.init_name = "cxl_dax_region_driver_init",
	.exit = cxl_dax_region_driver_exit,
	.exit_name = "cxl_dax_region_driver_exit",
	.new_data = new_statics,
	.providers = providers,
};

} // namespace drivers
