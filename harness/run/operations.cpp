// SPDX-License-Identifier: GPL-2.0-only
#include "run/operations.hpp"

#include "drivers/test_module.hpp"
#include "kernel/cxl.hpp"
#include "kernel/errno.hpp"
#include "kernel/kernel.hpp"
#include "kernel/module.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <array>

namespace run {

using namespace kernel;

namespace {

bus_type &bus_of(Name name)
{
    if (name.word == Word::mem)
        return state().pci_bus;
    return name.word == Word::region ? state().cxl_bus : state().platform_bus;
}

device *find_device(Name name)
{
    for (device *dev : bus_of(name).devices) {
        touch(dev);
        if (dev->name == name)
            return dev;
    }
    return nullptr;
}

// `hmem#K` stands for the K-th live hmem device, modulo their number.
Name resolve(Name object)
{
    if (object.word != Word::hmem || object.part != scenario::hmem_by_index)
        return object;
    const Within own(Footprint::read(Area::platform_bus));
    std::vector<Name> live;
    for (const device *dev : state().platform_bus.devices) {
        touch(dev);
        if (dev->name.word == Word::hmem)
            live.push_back(dev->name);
    }
    return live.empty() ? object : live[static_cast<std::size_t>(object.number) % live.size()];
}

device_driver *find_driver(const device *dev)
{
    for (device_driver *drv : dev->bus->drivers) {
        touch(drv); // a driver that an unloaded module left behind is still on the list
        if (dev->bus->match == nullptr || dev->bus->match(dev, drv))
            return drv;
    }
    return nullptr;
}

int bind_file(Name object, int (*write)(device_driver *, device *))
{
    device *dev = find_device(object);
    device_driver *drv = dev != nullptr ? find_driver(dev) : nullptr;
    return drv != nullptr ? write(drv, dev) : -ENODEV;
}

int op_modprobe(Name object) { return modprobe(object.word); }
int op_insmod(Name object) { return insmod(object.word); }
int op_rmmod(Name object) { return rmmod(object.word); }
// Looks for the device and the driver.
int op_bind(Name object)
{
    const Within all(Footprint::everything());
    return bind_file(object, sysfs_bind);
}
int op_unbind(Name object)
{
    const Within all(Footprint::everything());
    return bind_file(object, sysfs_unbind);
}
int op_assemble(Name object) { return cxl_assemble(object.number); }
int op_decommit(Name object) { return cxl_decommit(object.number); }
int op_destroy(Name object) { return cxl_destroy(object.number); }
int op_slow_probe_start(Name) { return unrelated_probe_start(); }
int op_slow_probe_end(Name) { return unrelated_probe_end(); }

// Without hmem_platform_1 in the layout, or where its range is not free, there is no device to add.
int op_add(Name)
{
    const Within all(Footprint::everything());
    return module_live(Word::cxl_test) ? drivers::hmem_test_init() : -ENODEV;
}
int op_del(Name)
{
    const Within all(Footprint::everything());
    return module_live(Word::cxl_test) ? drivers::hmem_test_exit() : -ENODEV;
}

} // namespace

void execute(const scenario::Operation &operation)
{
    static constexpr std::array<int (*)(Name), scenario::operation_codes> functions = {
#define X(id, text, operand, help) op_##id,
        SCENARIO_OPERATIONS(X)
#undef X
    };
    const auto code = static_cast<std::uint8_t>(operation.code);
    // The point comes before the operation looks at anything. Each says what it keeps to.
    point(Point::operation, operation.object);
    const Name object = resolve(operation.object);
    record(EventKind::operation, object).detail = code;
    const int result = functions[code](object);
    record(EventKind::operation_done, object, result).detail = code;
}

} // namespace run
