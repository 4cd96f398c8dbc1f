// SPDX-License-Identifier: GPL-2.0-only
// CXL regions: construction, commit, reset, removal, their dax child. See cxl.hpp.
#include "kernel/cxl_region.hpp"
#include "kernel/container_of.hpp"
#include "kernel/errno.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/memregion.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <algorithm>
#include <utility>

namespace kernel {

cxl_region *to_cxl_region(device *dev) { return container_of(dev, cxl_region, dev); }

Range range_of(const cxl_region *region) { return {region->res->start, region->res->end}; }

namespace {

constexpr Word THIS_MODULE = Word::vmlinux;

CxlState &cxl() { return state().cxl; }

// -1: it is gone.
void record_state(const cxl_region *region, int value)
{
    record_range(EventKind::region_state, region->dev.name, range_of(region), value).extra =
        region->mode == cxl_mode::ram && !region->system_ram;
}

void set_state(cxl_region *region, cxl_config_state value)
{
    region->state = value;
    record_state(region, value);
}

// With a reference, see put_region. nullptr also while the region is being made or removed.
cxl_region *find_region(const cxl_memdev *memdev)
{
    if (memdev == nullptr || memdev->region == nullptr || !memdev->region->listed)
        return nullptr;
    get_device_for(&memdev->region->dev, Holder::driver_core);
    return memdev->region;
}

void put_region(cxl_region *region) { put_device_for(&region->dev, Holder::driver_core); }

cxl_root_decoder *find_root(Range range)
{
    for (cxl_root_decoder &root : cxl().decoders)
        if (root.open && root.range.contains(range))
            return &root;
    return nullptr;
}

cxl_memdev *find_memdev(int number)
{
    for (cxl_memdev &memdev : cxl().memdevs)
        if (memdev.dev.name.number == number)
            return &memdev;
    return nullptr;
}

// Without its region a memdev's decoders are reset: firmware's programming is gone.
void reset_decoders(cxl_memdev *memdev, const cxl_region *region)
{
    if (!state().config.core.auto_regions_keep_decoders || region == nullptr || !region->is_auto)
        memdev->programmed = false;
}

void cxl_region_release(device *dev)
{
    cxl_region *region = to_cxl_region(dev);
    memregion_free(region->id);
    kfree(region->res);
    kfree(region);
}

} // namespace

bool has_system_ram(const cxl_region *region)
{
    const auto found = [](resource *, void *) { return 1; };
    return region->system_ram ||
           walk_res_desc(&state().iomem_resource, IORES_DESC_NONE,
                         IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, region->res->start,
                         region->res->end, nullptr, found) > 0;
}

void store_state(cxl_region *region, cxl_config_state value)
{
    point(Point::region_state, region->dev.name);
    set_state(region, value);
}

void unregister_region(cxl_region *region, Decoders decoders)
{
    if (!std::exchange(region->listed, false)) {
        put_region(region);
        return;
    }
    device_del(&region->dev);
    down_write(&cxl().region_rwsem);
    store_state(region, CXL_CONFIG_IDLE);
    up_write(&cxl().region_rwsem);
    remove_resource(region->res);
    cxl_memdev *memdev = region->memdev;
    memdev->attached = false;
    if (decoders == Decoders::reset)
        reset_decoders(memdev, region);
    memdev->decoders_left = memdev->programmed;
    memdev->region = nullptr;
    record_state(region, -1);
    put_device_for(&region->dev, Holder::creator);
    put_region(region);
}

namespace {

resource *new_region_resource(const cxl_memdev *memdev)
{
    const Name name = name_of(Word::region, memdev->dev.name.number);
    auto *res = new_object<resource>(name);
    res->what = name;
    res->start = memdev->range.start;
    res->end = memdev->range.end;
    res->name = "region";
    res->flags = IORESOURCE_MEM;
    return res;
}

// What an administrator's region needs and firmware's has: address space of its window that nobody
// has taken in iomem. nullptr: "HPA allocation error" (UPSTREAM.md V5-9).
resource *alloc_hpa(const cxl_root_decoder *root, const cxl_memdev *memdev)
{
    if (root->res == nullptr)
        return nullptr; // a neighbour that grew over it left no window to allocate in
    resource *res = new_region_resource(memdev);
    if (request_resource(root->res, res) == 0)
        return res;
    kfree(res);
    return nullptr;
}

// Under the root decoder's lock. With a reference, as find_region. `hpa`: its place in iomem if it
// has one, nullptr to insert it.
cxl_region *construct_region(cxl_root_decoder *root, cxl_memdev *memdev, resource *hpa)
{
    const Name name = name_of(Word::region, memdev->dev.name.number);
    auto *region = new_object<cxl_region>(name);
    device_initialize(&region->dev, name);
    region->dev.bus = &state().cxl_bus;
    region->dev.release = cxl_region_release;
    region->memdev = memdev;
    memdev->region = region;
    region->is_auto = memdev->by_firmware;
    region->register_dax = !region->is_auto || !state().config.core.auto_regions_wait_for_dax;
    region->mode = memdev->mode;
    region->system_ram = memdev->system_ram;
    region->root = root;
    // The region takes the id its root decoder holds; the decoder gets another for the next one.
    region->id = root->region_id;
    root->region_id = memregion_alloc_unfailing();
    get_device_for(&region->dev, Holder::driver_core);
    device_add(&region->dev);
    resource *res = hpa != nullptr ? hpa : new_region_resource(memdev);
    // Under the window, also where it is as large (KERNEL.md 7). A failure is only warned of.
    // ASSUMED: under all there is where the window was ignored because it lies in another one.
    if (hpa == nullptr)
        insert_resource(root->res != nullptr ? root->res : &state().iomem_resource, res);
    down_write(&cxl().region_rwsem);
    point(Point::region_state, name);
    // Resource and state appear in one step, also for those who look without the lock.
    region->res = res;
    set_state(region, CXL_CONFIG_INTERLEAVE_ACTIVE);
    up_write(&cxl().region_rwsem);
    region->listed = true;
    return region;
}

// ASSUMED: neither firmware nor an administrator programs decoders of two regions over one address
// (KERNEL.md 7: regions are found by range), so that a region stays away where another one is.
bool range_taken(const cxl_memdev *memdev)
{
    return std::any_of(cxl().memdevs.begin(), cxl().memdevs.end(), [memdev](const auto &other) {
        return &other != memdev && other.region != nullptr && other.range.overlaps(memdev->range);
    });
}

// False if it was committed before, or is being removed.
bool commit(cxl_region *region)
{
    down_write(&cxl().region_rwsem);
    const bool can = region->listed && region->state != CXL_CONFIG_COMMIT;
    if (can)
        store_state(region, CXL_CONFIG_COMMIT);
    up_write(&cxl().region_rwsem);
    return can;
}

// Firmware's regions are found in its decoders; an administrator's are given address space.
enum class Origin : std::uint8_t { enumeration, administrator };

// Under the root decoder's lock. nullptr where another one has the addresses; then `error` says so to
// an administrator.
cxl_region *new_region(cxl_root_decoder *root, cxl_memdev *memdev, Origin origin, int &error)
{
    const bool taken = range_taken(memdev);
    if (origin == Origin::enumeration)
        return taken ? nullptr : construct_region(root, memdev, nullptr);
    resource *hpa = taken ? nullptr : alloc_hpa(root, memdev);
    if (hpa != nullptr)
        return construct_region(root, memdev, hpa);
    error = -ERANGE;
    return nullptr;
}

// Under the memdev's device lock. Finds or constructs the memdev's region and commits it if it can
// be. A reference on the region is returned if it was committed here, nullptr otherwise; then `error`
// tells an administrator why.
cxl_region *add_to_region(cxl_memdev *memdev, Origin origin, int &error)
{
    error = -EBUSY;
    cxl_root_decoder *root = find_root(memdev->range);
    if (root == nullptr)
        return nullptr; // -ENXIO: the rescan tries again
    mutex_lock(&root->range_lock);
    cxl_region *region = nullptr;
    if (root->open) {
        // ASSUMED: a region of this model bears its layout's name, so that one that is being removed
        // must be gone before another takes its place.
        region = memdev->region == nullptr ? new_region(root, memdev, origin, error)
                                           : find_region(memdev);
        if (region != nullptr) {
            memdev->attached = true;
            memdev->decoders_left = false;
        }
        if (region != nullptr && (!memdev->complete || !commit(region))) {
            put_region(region);
            region = nullptr;
        }
    }
    mutex_unlock(&root->range_lock);
    return region;
}

void attach_and_put(cxl_region *region)
{
    // The result is ignored.
    device_attach(&region->dev);
    put_region(region);
}

// The layout's word for it (firmware's RAM map keeps it apart from what is Soft Reserved, so that it
// cannot stand in iomem here), or what kmem has online.
void cxl_dax_region_release(device *dev) { kfree(to_cxl_dax_region(dev)); }

void unregister_dax_region(void *data)
{
    keeps_to({});
    device_unregister(&static_cast<cxl_dax_region *>(data)->dev);
}

} // namespace

int devm_cxl_add_dax_region(cxl_region *region)
{
    down_read(&cxl().region_rwsem);
    const bool committed = region->state == CXL_CONFIG_COMMIT;
    up_read(&cxl().region_rwsem);
    if (!committed)
        return -ENXIO;
    const Name name = name_of(Word::dax_region, region->dev.name.number);
    auto *child = new_object<cxl_dax_region>(name);
    device_initialize(&child->dev, name);
    child->dev.bus = &state().cxl_bus;
    child->dev.parent = &region->dev;
    child->dev.release = cxl_dax_region_release;
    child->region = region;
    child->range = range_of(region);
    child->id = region->id;
    if (const int error = device_add(&child->dev)) {
        put_device_for(&child->dev, Holder::creator);
        return error;
    }
    return devm_add_action_or_reset(&region->dev, FUNC(unregister_dax_region), child);
}

int cxl_region_probe(device *dev)
{
    keeps_to(cxl_footprint);
    cxl_region *region = to_cxl_region(dev);
    down_read(&cxl().region_rwsem);
    const bool committed = region->state == CXL_CONFIG_COMMIT;
    up_read(&cxl().region_rwsem);
    if (!committed)
        return -ENXIO;
    if (region->mode != cxl_mode::ram)
        return 0;
    if (has_system_ram(region)) {
        dev_dbg(dev->name, "has System RAM", range_of(region));
        return 0;
    }
    if (!region->register_dax)
        return 0;
    return devm_cxl_add_dax_region(region);
}

cxl_dax_region *to_cxl_dax_region(device *dev) { return container_of(dev, cxl_dax_region, dev); }

void cxl_endpoint_attach(cxl_memdev *memdev)
{
    const Within own(cxl_footprint);
    if (!cxl().region_enabled || !memdev->programmed || memdev->attached)
        return;
    int unused = 0;
    if (cxl_region *region = add_to_region(memdev, Origin::enumeration, unused))
        attach_and_put(region);
}

void cxl_endpoint_detach(cxl_memdev *memdev)
{
    const Within own(cxl_footprint);
    if (!memdev->attached)
        return;
    memdev->attached = false;
    cxl_region *region = find_region(memdev);
    // ASSUMED: what an administrator or firmware programmed is lost with the target, so that only
    // `assemble` brings the region back (KERNEL.md 7: losing a target resets the decode).
    reset_decoders(memdev, region);
    if (region == nullptr)
        return;
    down_write(&cxl().region_rwsem);
    if (region->listed)
        store_state(region, CXL_CONFIG_INTERLEAVE_ACTIVE);
    up_write(&cxl().region_rwsem);
    device_release_driver(&region->dev);
    put_region(region);
}

void close_root_decoders()
{
    const Within own(cxl_footprint);
    for (cxl_root_decoder &root : cxl().decoders) {
        guard_mutex guard(&root.range_lock);
        root.open = false;
    }
    for (cxl_memdev &memdev : cxl().memdevs)
        if (cxl_region *region = find_region(&memdev))
            unregister_region(region);
}

int cxl_assemble(int number)
{
    const Within own(cxl_footprint);
    cxl_memdev *memdev = find_memdev(number);
    if (!cxl().region_enabled || memdev == nullptr || !memdev->dev.bound)
        return -ENODEV;
    cxl_region *region = nullptr;
    int error = 0;
    {
        guard_device guard(&memdev->dev);
        if (!memdev->dev.bound)
            return -ENODEV;
        if (!memdev->complete || find_root(memdev->range) == nullptr)
            return -ENXIO;
        // ASSUMED: of what a region that went without reset may do to the next one on its decoders
        // (UPSTREAM.md V6-7), this: it cannot be made.
        if (memdev->decoders_left)
            return -EBUSY;
        if (!memdev->programmed)
            memdev->by_firmware = false;
        region = add_to_region(memdev, Origin::administrator, error);
        memdev->programmed |= region != nullptr;
    }
    if (region == nullptr)
        return error;
    attach_and_put(region);
    return 0;
}

int cxl_decommit(int number)
{
    const Within own(cxl_footprint);
    cxl_region *region = find_region(find_memdev(number));
    if (region == nullptr)
        return -ENODEV;
    down_write(&cxl().region_rwsem);
    const bool committed = region->state == CXL_CONFIG_COMMIT;
    if (committed)
        store_state(region, CXL_CONFIG_RESET_PENDING);
    up_write(&cxl().region_rwsem);
    if (committed) {
        // The driver goes while the lock is dropped: its probe and remove take the lock.
        device_release_driver(&region->dev);
        down_write(&cxl().region_rwsem);
        if (region->state == CXL_CONFIG_RESET_PENDING) {
            region->memdev->programmed = false;
            store_state(region, CXL_CONFIG_ACTIVE);
        }
        up_write(&cxl().region_rwsem);
    }
    put_region(region);
    return committed ? 0 : -ENXIO;
}

int cxl_destroy(int number)
{
    const Within own(cxl_footprint);
    cxl_region *region = find_region(find_memdev(number));
    if (region == nullptr)
        return -ENODEV;
    cxl_root_decoder *root = region->root;
    ++root->file_users;
    unregister_region(region);
    --root->file_users;
    return 0;
}

} // namespace kernel
