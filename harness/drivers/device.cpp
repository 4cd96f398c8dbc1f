// SPDX-License-Identifier: GPL-2.0-only
#include "drivers/device.hpp"

#include "kernel/config.hpp"
#include "kernel/container_of.hpp"
#include "kernel/iomem.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/trace_hmem.hpp"

namespace drivers {

using namespace kernel;

namespace {

constexpr Word THIS_MODULE = Word::device_hmem;

void hmem_work(struct work_struct *)
{
	/* place holder until dax_hmem driver attaches */
}

/* static data of device.o */
struct device_hmem_statics {
	resource hmem_active;
	mutex hmem_resource_lock;
	bool platform_initialized = false;
	bool told = false;
	int (*add_platform_device)() = nullptr;
	bool register_locked = false; /* until 214291cbaace: all of it under the mutex */

	bool dax_hmem_initial_probe = false; /* v7, v8 */
	hmem_platform_device hmem_platform;  /* mainline */
};

device_hmem_statics &statics()
{
	return static_data<device_hmem_statics>(THIS_MODULE);
}

device_hmem_statics *new_statics()
{
	auto *data = new_object<device_hmem_statics>(name_of(THIS_MODULE));

	data->hmem_active.start = 0;
	data->hmem_active.end = ~std::uint64_t{ 0 };
	data->hmem_active.name = "HMEM devices";
	data->hmem_active.flags = IORESOURCE_MEM;
	data->hmem_active.what = name_of(Word::hmem_active);
	data->hmem_resource_lock.name = name_of(Word::hmem_resource_lock);
	return data;
}

/* to v8 */
int alloc_platform_device()
{
	struct platform_device *pdev;
	int rc;

	pdev = platform_device_alloc(name_of(Word::hmem_platform, 0));
	if (!pdev)
		return -ENOMEM;
	rc = platform_device_add(pdev);
	if (rc) {
		platform_device_put(pdev);
		return rc;
	}
	kmemleak_not_leak(pdev); /* never unregistered */
	return 0;
}

/* mainline */
int register_platform_device()
{
	return platform_device_register(&statics().hmem_platform.pdev);
}

int hmem_register_one(struct resource *res, void *)
{
	hmem_register_resource(phys_to_target_node(res->start), res);
	return 0;
}

/* before 7.0 */
int hmem_init_iomem()
{
	walk_iomem_res_desc(IORES_DESC_SOFT_RESERVED, IORESOURCE_MEM, 0, ~std::uint64_t{ 0 },
			    nullptr, hmem_register_one);
	return 0;
}

int hmem_init()
{
	walk_soft_reserve_res(nullptr, hmem_register_one);
	return 0;
}

void *new_statics_v1()
{
	device_hmem_statics *data = new_statics();

	data->add_platform_device = alloc_platform_device;
	data->register_locked = true;
	return data;
}

void *new_statics_v7()
{
	device_hmem_statics *data = new_statics();

	data->add_platform_device = alloc_platform_device;
	return data;
}

void *new_statics_mainline()
{
	device_hmem_statics *data = new_statics();

	data->add_platform_device = register_platform_device;
	data->hmem_platform.pdev.name = name_of(Word::hmem_platform, 0);
	data->hmem_platform.work = __WORK_INITIALIZER(name_of(Word::resolution), FUNC(hmem_work));
	return data;
}

} // namespace

hmem_platform_device *to_hmem_platform_device(struct platform_device *pdev)
{
	return container_of(pdev, hmem_platform_device, pdev);
}

bool &dax_hmem_initial_probe()
{
	return statics().dax_hmem_initial_probe;
}

namespace {

struct resource *request_hmem_range(Range range)
{
	return __request_region(&statics().hmem_active, range.start, range.size(), "", 0);
}

void hmem_range_requested(struct resource *entry, int target_nid, Range range)
{
	if (!entry) {
		trace_hmem_range_dropped(range); /* "hmem range %pr already active" */
		return;
	}
	kmemleak_not_leak(entry); /* never released */
	entry->desc = target_nid;
	trace_hmem_range(range, target_nid);

	if (statics().platform_initialized)
		return;
	if (statics().add_platform_device()) {
		if (!statics().told) /* pr_err_once */
			dev_dbg(name_of(Word::hmem_platform, 0),
				"failed to register device-dax hmem_platform device");
		statics().told = true;
		return;
	}
	statics().platform_initialized = true;
}

} // namespace

void hmem_register_resource(int target_nid, const struct resource *res)
{
	const Range range = { res->start, res->end };
	struct resource *entry;

	if (device_hmem_disable())
		return;

	mutex_lock(&statics().hmem_resource_lock);
	entry = request_hmem_range(range);
	if (statics().register_locked) {
		hmem_range_requested(entry, target_nid, range);
		mutex_unlock(&statics().hmem_resource_lock);
		return;
	}
	mutex_unlock(&statics().hmem_resource_lock);
	hmem_range_requested(entry, target_nid, range);
}

int __real_walk_hmem_resources(struct device *host, walk_hmem_fn fn)
{
	struct resource *res;
	int rc = 0;

	guard_mutex guard(&statics().hmem_resource_lock);

	trace_hmem_walk_begin(host);
	for (res = statics().hmem_active.child; res; res = res->sibling) {
		trace_hmem_visit_begin(host, { res->start, res->end });
		rc = fn(host, res->desc, res);
		trace_hmem_visit_end(host, { res->start, res->end }, rc);
		if (rc)
			break;
	}
	trace_hmem_walk_end(host, rc);
	return rc;
}

const module_info device_hmem_pre = {
	.name = Word::device_hmem,
	.init = hmem_init_iomem,
	.init_name = "hmem_init",
	.new_data = new_statics_v1,
};

const module_info device_hmem_v1 = {
	.name = Word::device_hmem,
	.init = hmem_init,
	.init_name = "hmem_init",
	.new_data = new_statics_v1,
};

const module_info device_hmem_v7 = {
	.name = Word::device_hmem,
	.init = hmem_init,
	.init_name = "hmem_init",
	.new_data = new_statics_v7,
};

const module_info device_hmem_mainline = {
	.name = Word::device_hmem,
	.init = hmem_init,
	.init_name = "hmem_init",
	.new_data = new_statics_mainline,
};

} // namespace drivers
