// SPDX-License-Identifier: GPL-2.0-only
// cxl_acpi (windows) and cxl_pci (memdevs) as modules, and what the built-in CXL core does at boot.
#include "kernel/container_of.hpp"
#include "kernel/cxl.hpp"
#include "kernel/cxl_region.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/memregion.hpp"
#include "kernel/module.hpp"
#include "kernel/object.hpp"
#include "kernel/platform.hpp"
#include "kernel/state.hpp"

#include <algorithm>
#include <utility>

namespace kernel {

int cxl_region_probe(device *dev);

namespace {

CxlState &cxl() { return state().cxl; }

namespace core {

constexpr Word THIS_MODULE = Word::vmlinux;

bool cxl_bus_match(const device *dev, const device_driver *drv)
{
    return drv->name.word == Word::cxl_region ? dev->name.word == Word::region
                                              : dev->name.word == Word::dax_region;
}

void attach_memdevs()
{
    for (cxl_memdev &memdev : cxl().memdevs) {
        guard_device guard(&memdev.dev);
        if (memdev.dev.bound)
            cxl_endpoint_attach(&memdev);
    }
}

// Memdevs that probed before the windows were there get another chance.
void cxl_bus_rescan_queue(work_struct *)
{
    keeps_to(cxl_footprint);
    attach_memdevs();
}

// A task that nobody waits for: udev loads cxl_mem, whose driver attaches the memdevs.
void cxl_mem_main(void *)
{
    keeps_to(cxl_footprint);
    while (std::exchange(cxl().attach_wanted, false))
        attach_memdevs();
    cxl().attach_runs = false;
}

void attach_later()
{
    cxl().attach_wanted = true;
    if (!std::exchange(cxl().attach_runs, true))
        state().scheduler.create(role_of(Word::cxl_attach), cxl_mem_main, nullptr);
}

} // namespace core

namespace acpi {

constexpr Word THIS_MODULE = Word::cxl_acpi;

// A window that grew over what it overlapped partly may have reached the next one: that one is left out,
// or starts behind it.
// ASSUMED: the root decoder takes regions all the same, inside the window that grew.
void publish_window(cxl_root_decoder &root, const resource *previous)
{
    const Name name = name_of(Word::window, root.number);
    point(Point::window_publish, name);
    root.open = true;
    if (previous != nullptr && previous->end >= root.range.end) {
        dev_dbg(name, "lies in the window before it, ignored", root.range);
        return;
    }
    auto *res = new_object<resource>(name);
    res->start = root.range.start;
    if (previous != nullptr && previous->end >= root.range.start)
        res->start = previous->end + 1;
    res->end = root.range.end;
    res->name = "CXL Window";
    res->flags = IORESOURCE_MEM;
    res->desc = IORES_DESC_CXL;
    res->what = name;
    insert_resource_expand_to_fit(&state().iomem_resource, res);
    root.res = res;
    record_range(EventKind::window_published, name, {res->start, res->end});
}

void withdraw_windows(void *)
{
    keeps_to(cxl_footprint);
    for (cxl_root_decoder &root : cxl().decoders) {
        if (root.res == nullptr)
            continue;
        const Name name = name_of(Word::window, root.number);
        point(Point::window_withdraw, name);
        record_range(EventKind::window_withdrawn, name, {root.res->start, root.res->end});
        remove_resource(root.res);
        kfree(root.res);
        root.res = nullptr;
    }
}

bool no_file_users(const void *root)
{
    return static_cast<const cxl_root_decoder *>(root)->file_users == 0;
}

// ASSUMED: a region is destroyed by a file of its root decoder, which goes with the decoder: that waits for
// whoever is writing to it, as bind files do (KERNEL.md 2). So no window goes before its regions.
void free_root_decoders(void *)
{
    keeps_to(cxl_footprint);
    for (cxl_root_decoder &root : cxl().decoders) {
        wait_until(Wait::region_file_writers, name_of(Word::root_decoder, root.number),
                   no_file_users, &root);
        if (root.region_id >= 0)
            memregion_free(std::exchange(root.region_id, -1));
    }
}

void remove_regions(void *)
{
    keeps_to(cxl_footprint);
    close_root_decoders();
}

int cxl_acpi_probe(device *dev)
{
    keeps_to(cxl_footprint);
    // Released in reverse: regions, root decoders, windows.
    devm_add_action(dev, FUNC(withdraw_windows), nullptr);
    devm_add_action(dev, FUNC(free_root_decoders), nullptr);
    devm_add_action(dev, FUNC(remove_regions), nullptr);
    for (cxl_root_decoder &root : cxl().decoders)
        root.region_id = memregion_alloc_unfailing();
    const resource *previous = nullptr;
    for (cxl_root_decoder &root : cxl().decoders) {
        publish_window(root, previous);
        if (root.res != nullptr)
            previous = root.res;
    }
    queue_work(&cxl().port_wq, &cxl().rescan_work);
    return 0;
}

int cxl_acpi_init()
{
    keeps_to(cxl_footprint);
    device_driver &drv = cxl().acpi_driver;
    drv.name = name_of(Word::cxl_acpi);
    drv.owner = THIS_MODULE;
    drv.bus = &state().platform_bus;
    drv.probe = FUNC(cxl_acpi_probe);
    return driver_register(&drv);
}

void cxl_acpi_exit()
{
    keeps_to(cxl_footprint);
    driver_unregister(&cxl().acpi_driver);
}

} // namespace acpi

namespace pci {

constexpr Word THIS_MODULE = Word::cxl_pci;

void detach_endpoint(void *data)
{
    keeps_to(cxl_footprint);
    cxl_endpoint_detach(static_cast<cxl_memdev *>(data));
}

int cxl_pci_probe(device *dev)
{
    keeps_to(cxl_footprint);
    cxl_memdev *memdev = container_of(dev, cxl_memdev, dev);
    if (state().config.core.memdevs_attach_later)
        core::attach_later();
    else
        cxl_endpoint_attach(memdev);
    return devm_add_action_or_reset(dev, FUNC(detach_endpoint), memdev);
}

int cxl_pci_init()
{
    keeps_to(cxl_footprint);
    device_driver &drv = cxl().pci_driver;
    drv.name = name_of(Word::cxl_pci);
    drv.owner = THIS_MODULE;
    drv.bus = &state().pci_bus;
    drv.type = probe_type::PROBE_PREFER_ASYNCHRONOUS;
    drv.probe = FUNC(cxl_pci_probe);
    return driver_register(&drv);
}

void cxl_pci_exit()
{
    keeps_to(cxl_footprint);
    driver_unregister(&cxl().pci_driver);
}

} // namespace pci

constexpr module_info cxl_acpi_module = {
    .name = Word::cxl_acpi,
    .init = acpi::cxl_acpi_init,
    .init_name = "cxl_acpi_init",
    .exit = acpi::cxl_acpi_exit,
    .exit_name = "cxl_acpi_exit",
};

constexpr module_info cxl_pci_module = {
    .name = Word::cxl_pci,
    .init = pci::cxl_pci_init,
    .init_name = "cxl_pci_init",
    .exit = pci::cxl_pci_exit,
    .exit_name = "cxl_pci_exit",
};

void add_static_device(device *dev, Name name, bus_type *bus)
{
    device_initialize(dev, name);
    dev->bus = bus;
    device_add(dev);
}

// ASSUMED: firmware describes no address in two windows (KERNEL.md 7: neighbours that come to overlap
// are dropped or trimmed); of two that overlap, the one that starts lower stays.
void drop_overlapping(std::vector<cxl_root_decoder> &sorted)
{
    std::vector<cxl_root_decoder> kept;
    for (const cxl_root_decoder &root : sorted) {
        if (kept.empty() || !kept.back().range.overlaps(root.range))
            kept.push_back(root);
        else
            dev_dbg(name_of(Word::window, root.number), "overlaps another window, ignored",
                    root.range);
    }
    sorted = kept;
}

void add_memdev(const cxl_memdev_description &description)
{
    cxl_memdev &memdev = cxl().memdevs.emplace_back();
    memdev.range = description.range;
    memdev.mode = description.mode;
    memdev.system_ram = description.system_ram;
    memdev.complete = description.complete;
    memdev.programmed = description.programmed;
    memdev.by_firmware = description.programmed;
    add_static_device(&memdev.dev, name_of(Word::mem, description.number), &state().pci_bus);
}

} // namespace

void cxl_boot(std::span<const cxl_window_description> windows,
              std::span<const cxl_memdev_description> memdevs, bool region_enabled)
{
    using namespace core;
    CxlState &self = cxl();
    self.region_enabled = region_enabled;
    self.region_rwsem.name = name_of(Word::cxl_region_rwsem);
    self.port_wq = {name_of(Word::cxl_port), true, false};
    self.rescan_work = __WORK_INITIALIZER(name_of(Word::cxl_enumerate), FUNC(cxl_bus_rescan_queue));
    state().cxl_bus.match = cxl_bus_match;

    for (const cxl_window_description &window : windows) {
        cxl_root_decoder root;
        root.number = window.number;
        root.range = window.range;
        root.range_lock.name = name_of(Word::root_decoder, window.number);
        self.decoders.push_back(root);
    }
    // cxl_acpi sorts the windows by address before it publishes them.
    std::sort(self.decoders.begin(), self.decoders.end(), [](const auto &left, const auto &right) {
        return left.range.start != right.range.start ? left.range.start < right.range.start
                                                     : left.number < right.number;
    });
    drop_overlapping(self.decoders);
    add_static_device(&self.acpi_device, name_of(Word::cxl_acpi), &state().platform_bus);
    self.memdevs.reserve(memdevs.size()); // devices are never moved
    for (const cxl_memdev_description &memdev : memdevs)
        add_memdev(memdev);
    if (region_enabled) {
        self.region_driver.name = name_of(Word::cxl_region);
        self.region_driver.bus = &state().cxl_bus;
        self.region_driver.probe = FUNC(cxl_region_probe);
        driver_register(&self.region_driver);
    }
    install_module(&cxl_acpi_module);
    install_module(&cxl_pci_module);
}

int cxl_driver_register(cxl_driver *drv)
{
    drv->driver.name = drv->name;
    drv->driver.bus = &state().cxl_bus;
    drv->driver.probe = drv->probe;
    drv->driver.type = drv->type;
    drv->driver.suppress_bind_attrs = drv->suppress_bind_attrs;
    return driver_register(&drv->driver);
}

void cxl_driver_unregister(cxl_driver *drv) { driver_unregister(&drv->driver); }

} // namespace kernel
