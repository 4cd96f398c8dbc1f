// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/platform.hpp"

#include "kernel/container_of.hpp"
#include "kernel/errno.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

namespace kernel {
namespace {

void platform_device_release(device *dev)
{
    platform_device *pdev = to_platform_device(dev);
    kfree(pdev->platform_data);
    kfree(pdev);
}

platform_driver *to_platform_driver(device_driver *drv)
{
    return container_of(drv, platform_driver, driver);
}

int platform_probe(device *dev)
{
    return to_platform_driver(dev->driver)->probe.call(to_platform_device(dev));
}

void platform_remove(device *dev)
{
    to_platform_driver(dev->driver)->remove.call(to_platform_device(dev));
}

} // namespace

platform_device *to_platform_device(device *dev) { return container_of(dev, platform_device, dev); }

platform_device *platform_device_alloc(Name name)
{
    if (should_fail(Site::platform_device_alloc, name))
        return nullptr;
    auto *pdev = new_object<platform_device>(name);
    pdev->name = name;
    device_initialize(&pdev->dev, name);
    pdev->dev.release = platform_device_release;
    return pdev;
}

int platform_device_add_data(platform_device *pdev, const memregion_info *data)
{
    touch(pdev);
    if (should_fail(Site::platform_device_add_data, pdev->name))
        return -ENOMEM;
    auto *copy = new_object<memregion_info>(pdev->name);
    *copy = *data;
    kfree(pdev->platform_data);
    pdev->platform_data = copy;
    return 0;
}

int platform_device_add(platform_device *pdev)
{
    touch(pdev);
    if (should_fail(Site::platform_device_add, pdev->name))
        return site_error(Site::platform_device_add);
    pdev->dev.bus = &state().platform_bus;
    const Range data = pdev->platform_data != nullptr ? pdev->platform_data->range : Range{};
    return device_add(&pdev->dev, data);
}

int platform_device_register(platform_device *pdev)
{
    touch(pdev);
    device_initialize(&pdev->dev, pdev->name);
    return platform_device_add(pdev);
}

void platform_device_put(platform_device *pdev)
{
    if (pdev != nullptr)
        put_device_for(&pdev->dev, Holder::creator);
}

void platform_device_unregister(platform_device *pdev)
{
    if (pdev != nullptr)
        device_unregister(&pdev->dev);
}

int platform_driver_register(platform_driver *drv)
{
    drv->driver.bus = &state().platform_bus;
    drv->driver.probe = {platform_probe, drv->probe.name, drv->probe.text};
    if (drv->remove)
        drv->driver.remove = {platform_remove, drv->remove.name, drv->remove.text};
    return driver_register(&drv->driver);
}

void platform_driver_unregister(platform_driver *drv) { driver_unregister(&drv->driver); }

bool platform_match(const device *dev, const device_driver *drv)
{
    return dev->name.word == drv->name.word;
}

} // namespace kernel
