// SPDX-License-Identifier: GPL-2.0-only
// Managed resources of a device, see device.hpp.
#include "kernel/devres.hpp"
#include "kernel/device.hpp"
#include "kernel/errno.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/scheduler.hpp"
#include "kernel/state.hpp"

#include <utility>

namespace kernel {

struct devres_node {
    devres_node *older = nullptr;
    func<void(void *)> action;
    void *data = nullptr;
};

int devm_add_action(device *dev, func<void(void *)> action, void *data)
{
    touch(dev);
    const Within own(Footprint::of(dev->bus));
    if (should_fail(Site::devm_add_action, dev->name))
        return -ENOMEM;
    // Accepted all the same: it poisons the next probe ("Resources present before probing").
    if (dev->driver == nullptr)
        warn(Misuse::devres_unbound, dev->name);
    auto *node = new_object<devres_node>(dev->name);
    node->older = dev->devres;
    node->action = action;
    node->data = data;
    dev->devres = node;
    record(EventKind::devres_added, dev->name);
    return 0;
}

int devm_add_action_or_reset(device *dev, func<void(void *)> action, void *data)
{
    const int error = devm_add_action(dev, action, data);
    if (error != 0)
        call(FrameKind::devres_action, action, data);
    return error;
}

void devm_release_action(device *dev, func<void(void *)> action, void *data)
{
    touch(dev);
    const Within own(Footprint::of(dev->bus));
    for (devres_node **link = &dev->devres; *link != nullptr; link = &(*link)->older) {
        devres_node *node = *link;
        if (node->action.call != action.call || node->data != data)
            continue;
        *link = node->older;
        kfree(node);
        call(FrameKind::devres_action, action, data);
        return;
    }
    warn(Misuse::devres_not_found, dev->name);
}

void devres_release_all(device *dev)
{
    const Within own(Footprint::of(dev->bus));
    if (dev->devres == nullptr)
        return;
    point(Point::devres_release, dev->name);
    // What another task adds meanwhile stays behind (UPSTREAM.md V1-7, V6-4).
    devres_node *released = std::exchange(dev->devres, nullptr);
    while (devres_node *node = released) {
        released = node->older;
        const func<void(void *)> action = node->action;
        void *data = node->data;
        kfree(node);
        call(FrameKind::devres_action, action, data);
    }
}

} // namespace kernel
