// SPDX-License-Identifier: GPL-2.0-only
// For tests: a dax_hmem of a few lines with a bug planted in it, on an otherwise real machine.
#pragma once

#include "drivers/device.hpp"
#include "drivers/registry.hpp"
#include "kernel/config.hpp"
#include "kernel/device.hpp"
#include "kernel/errno.hpp"
#include "kernel/iomem.hpp"
#include "kernel/kernel.hpp"
#include "kernel/lock.hpp"
#include "kernel/memregion.hpp"
#include "kernel/module.hpp"
#include "kernel/object.hpp"
#include "kernel/platform.hpp"
#include "kernel/workqueue.hpp"
#include "run/testing.hpp"

namespace run::testing {

constexpr kernel::Word THIS_MODULE = kernel::Word::dax_hmem;

// Static data of every planted module; each uses what it needs.
struct PlantedStatics {
    kernel::work_struct work;
    kernel::mutex lock;
    kernel::device dev;
    kernel::platform_device *pdev = nullptr;
    kernel::workqueue_struct *queue = nullptr;
    kernel::platform_driver driver;
    int runs = 0;
};

inline PlantedStatics &planted() { return kernel::static_data<PlantedStatics>(THIS_MODULE); }

inline void *new_planted_statics()
{
    auto *data = kernel::kzalloc<PlantedStatics>(kernel::name_of(THIS_MODULE));
    data->work.name = kernel::name_of(kernel::Word::resolution);
    data->lock.name = kernel::name_of(kernel::Word::test, 0);
    return data;
}

inline void nothing() {}

inline kernel::module_info planted_module(int (*init)(), void (*exit)() = nothing)
{
    return {.name = THIS_MODULE,
            .init = init,
            .init_name = "planted_init",
            .exit = exit,
            .exit_name = "planted_exit",
            .new_data = new_planted_statics,
            .exports = {},
            .providers = {}};
}

// A machine with one Soft Reserved range, on which the module is loaded and, at the end, unloaded.
struct PlantedRun {
    scenario::Scenario scenario = parse(R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
)");
    Machine machine;
    std::vector<properties::Finding> findings;
    std::vector<kernel::Event> events;

    explicit PlantedRun(const kernel::module_info &module,
                        kernel::Memory memory = kernel::Memory::judged)
    {
        drivers::Revision revision = *drivers::find_revision("v8");
        revision.dax_hmem = &module;
        const Result result = machine.run(revision, scenario, {memory});
        findings = properties::findings(result.verdict, {scenario, result.events});
        events = result.events;
    }

    // "property:cause object" of each finding, in order.
    std::vector<std::string> shown() const
    {
        std::vector<std::string> lines;
        for (const properties::Finding &finding : findings)
            lines.push_back(properties::identity(finding.violation) + " " +
                            kernel::to_string(finding.violation.object));
        return lines;
    }

    // What the kernel log said of devices.
    std::vector<std::string> messages() const
    {
        std::vector<std::string> lines;
        for (const kernel::Event &event : events)
            if (event.kind == kernel::EventKind::message)
                lines.emplace_back(event.caller);
        return lines;
    }
};

using Shown = std::vector<std::string>;

} // namespace run::testing
