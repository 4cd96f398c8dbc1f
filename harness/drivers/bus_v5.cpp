// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/bus.c of v5 as far as ownership of Soft Reserved ranges goes (UPSTREAM.md 2.3).
#include "drivers/bus_v5.hpp"

#include "kernel/object.hpp"

namespace drivers {

using namespace kernel;

namespace {

constexpr Word THIS_MODULE = Word::dax_ko;

/* static data of dax.ko */
struct dax_statics {
	bus_v5::dax_cxl_mode_t dax_cxl_mode = bus_v5::dax_cxl_mode_t::DEFER;
};

int dax_core_init()
{
	return 0;
}

void dax_core_exit()
{
}

void *new_statics()
{
	return new_object<dax_statics>(name_of(THIS_MODULE));
}

} // namespace

bus_v5::dax_cxl_mode_t &bus_v5::dax_cxl_mode()
{
	return static_data<dax_statics>(THIS_MODULE).dax_cxl_mode;
}

constinit const module_info dax_v5 = {
	.name = Word::dax_ko,
	.init = dax_core_init,
	.init_name = "dax_core_init",
	.exit = dax_core_exit,
	.exit_name = "dax_core_exit",
	.new_data = new_statics,
};

} // namespace drivers
