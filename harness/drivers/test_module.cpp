// SPDX-License-Identifier: GPL-2.0-only
#include "drivers/test_module.hpp"

#include "kernel/container_of.hpp"
#include "kernel/errno.hpp"
#include "kernel/iomem.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/trace_hmem.hpp"

namespace drivers {

using namespace kernel;

namespace {

constexpr Word THIS_MODULE = Word::cxl_test;
constexpr Name hmem_test_name = name_of(Word::hmem_platform, 1);

/* static data of cxl_test.ko */
struct hmem_test_statics {
	Range range;
	int target_nid = -1;

	module_state state = module_state::freed;
	/* revisions whose device is a plain platform_device look at pdev only */
	hmem_platform_device hmem_platform;
};

hmem_test_statics &statics()
{
	return static_data<hmem_test_statics>(THIS_MODULE);
}

void hmem_test_work(struct work_struct *)
{
	/* place holder until dax_hmem driver attaches */
}

/* memset(hpdev, 0, sizeof(*hpdev)): its lock, too, is no lock any more; it only keeps its name here */
void hmem_test_release(struct device *dev)
{
	hmem_platform_device *hpdev = to_hmem_platform_device(to_platform_device(dev));

	*hpdev = {};
	hpdev->pdev.dev.lock.name = hmem_test_name;
	hpdev->work.name = name_of(Word::resolution);
}

/* as the module's image has it: a load starts afresh */
void init_device(hmem_platform_device &hpdev)
{
	hpdev = {};
	hpdev.pdev.name = hmem_test_name;
	hpdev.pdev.dev.release = hmem_test_release;
	hpdev.work = __WORK_INITIALIZER(name_of(Word::resolution), FUNC(hmem_test_work));
}

void *new_statics()
{
	return new_object<hmem_test_statics>(name_of(THIS_MODULE));
}

} // namespace

void hmem_test_set_range(Range range, int target_nid)
{
	statics().range = range;
	statics().target_nid = target_nid;
}

bool hmem_test_loaded()
{
	return statics().state == module_state::live;
}

int hmem_test_init()
{
	hmem_platform_device &hpdev = statics().hmem_platform;
	int rc;

	if (statics().state != module_state::freed)
		return -EEXIST;
	/*
	 * ASSUMED: cxl_test does not come back while somebody holds the device of its last load (the
	 * real one would be gone under that reference).
	 */
	if (hpdev.pdev.dev.refcount > 0)
		return -EBUSY;
	statics().state = module_state::coming;
	mock_region_intersects(hmem_test_name, statics().range);
	init_device(hpdev);
	rc = platform_device_register(&hpdev.pdev);
	if (rc) {
		platform_device_put(&hpdev.pdev);
		unmock_region_intersects(hmem_test_name);
		statics().state = module_state::freed;
		return rc;
	}
	statics().state = module_state::live;
	return 0;
}

int hmem_test_exit()
{
	if (statics().state == module_state::freed)
		return -ENOENT;
	if (statics().state != module_state::live)
		return -EBUSY;

	statics().state = module_state::going;
	platform_device_unregister(&statics().hmem_platform.pdev);
	unmock_region_intersects(hmem_test_name);
	statics().state = module_state::freed;
	return 0;
}

int walk_hmem_resources(struct device *host, walk_hmem_fn fn)
{
	resource res;
	int rc;

	if (!module_live(THIS_MODULE) || host->name != hmem_test_name)
		return __real_walk_hmem_resources(host, fn);
	if (statics().state == module_state::freed)
		return 0;

	const Range range = statics().range;

	res.start = range.start;
	res.end = range.end;
	res.flags = IORESOURCE_MEM;
	trace_hmem_walk_begin(host);
	trace_hmem_visit_begin(host, range);
	rc = fn(host, statics().target_nid, &res);
	trace_hmem_visit_end(host, range, rc);
	trace_hmem_walk_end(host, rc);
	return rc;
}

constinit const module_info cxl_test = {
	.name = Word::cxl_test,
	.new_data = new_statics,
};

} // namespace drivers
