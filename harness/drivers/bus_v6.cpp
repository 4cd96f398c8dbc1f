// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/bus.c of v6 as far as ownership of Soft Reserved ranges goes (UPSTREAM.md 2.4).
#include "drivers/bus_v6.hpp"

#include "kernel/errno.hpp"
#include "kernel/lock.hpp"
#include "kernel/object.hpp"
#include "kernel/workqueue.hpp"

namespace drivers {

using namespace kernel;

namespace {

constexpr Word THIS_MODULE = Word::dax_ko;

/* static data of dax.ko */
struct dax_statics {
	bus_v6::dax_cxl_mode_t dax_cxl_mode = bus_v6::dax_cxl_mode_t::DEFER;
	mutex dax_hmem_lock;
	bus_v6::dax_hmem_work_fn dax_hmem_fn;
	void *dax_hmem_data = nullptr;
	work_struct dax_hmem_work;
};

dax_statics &statics()
{
	return static_data<dax_statics>(THIS_MODULE);
}

void dax_hmem_work_function(struct work_struct *)
{
	bus_v6::dax_hmem_work_fn fn;
	void *data;

	{
		guard_mutex guard(&statics().dax_hmem_lock);

		fn = statics().dax_hmem_fn;
		data = statics().dax_hmem_data;
	}

	if (fn)
		call(FrameKind::work, fn, data);
}

int dax_core_init()
{
	return 0;
}

void dax_core_exit()
{
}

void *new_statics()
{
	auto *data = new_object<dax_statics>(name_of(THIS_MODULE));

	data->dax_hmem_lock.name = name_of(Word::dax_hmem_lock);
	data->dax_hmem_work =
		__WORK_INITIALIZER(name_of(Word::resolution), FUNC(dax_hmem_work_function));
	return data;
}

} // namespace

bus_v6::dax_cxl_mode_t &bus_v6::dax_cxl_mode()
{
	return statics().dax_cxl_mode;
}

int bus_v6::dax_hmem_register_work(dax_hmem_work_fn fn, void *data)
{
	guard_mutex guard(&statics().dax_hmem_lock);

	if (statics().dax_hmem_fn)
		return -EINVAL;

	statics().dax_hmem_fn = fn;
	statics().dax_hmem_data = data;
	return 0;
}

int bus_v6::dax_hmem_unregister_work(dax_hmem_work_fn fn, void *data)
{
	guard_mutex guard(&statics().dax_hmem_lock);

	if (statics().dax_hmem_fn.call != fn.call || statics().dax_hmem_data != data)
		return -EINVAL;

	statics().dax_hmem_fn = {};
	statics().dax_hmem_data = nullptr;
	return 0;
}

void bus_v6::dax_hmem_queue_work()
{
	queue_work(system_long_wq, &statics().dax_hmem_work);
}

void bus_v6::dax_hmem_flush_work()
{
	flush_work(&statics().dax_hmem_work);
}

constinit const module_info dax_v6 = {
	.name = Word::dax_ko,
	.init = dax_core_init,
	.init_name = "dax_core_init",
	.exit = dax_core_exit,
	.exit_name = "dax_core_exit",
	.new_data = new_statics,
};

} // namespace drivers
