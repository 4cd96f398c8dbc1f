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

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace run::testing {

constexpr kernel::Word THIS_MODULE = kernel::Word::dax_hmem;

// Static data of every planted module; each uses what it needs.
struct PlantedStatics {
    kernel::work_struct work;
    kernel::work_struct other_work;
    kernel::mutex lock;
    kernel::mutex other_lock;
    kernel::device dev;
    kernel::platform_device *pdev = nullptr;
    kernel::workqueue_struct *queue = nullptr;
    kernel::platform_driver driver;
    int runs = 0;
};

inline PlantedStatics &planted() { return kernel::static_data<PlantedStatics>(THIS_MODULE); }

inline void *new_planted_statics()
{
    auto *data = kernel::new_object<PlantedStatics>(kernel::name_of(THIS_MODULE));
    data->work.name = kernel::name_of(kernel::Word::resolution);
    data->other_work.name = kernel::name_of(kernel::Word::cxl_enumerate);
    data->lock.name = kernel::name_of(kernel::Word::test, 0);
    data->other_lock.name = kernel::name_of(kernel::Word::root_decoder, 0);
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

// Registers the planted module's driver for hmem_platform devices.
template <int (*probe)(kernel::platform_device *),
          void (*remove)(kernel::platform_device *) = nullptr>
int init_driver()
{
    planted().driver.probe = {probe, "planted_probe", kernel::text_of(THIS_MODULE)};
    if (remove != nullptr)
        planted().driver.remove = {remove, "planted_remove", kernel::text_of(THIS_MODULE)};
    planted().driver.driver.name = kernel::name_of(kernel::Word::hmem_platform);
    planted().driver.driver.owner = THIS_MODULE;
    return kernel::platform_driver_register(&planted().driver);
}

inline void unregister_exit() { kernel::platform_driver_unregister(&planted().driver); }

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
    kernel::Events events;
    std::ptrdiff_t pairs_left_out = 0; // where only what is judged is recorded

    explicit PlantedRun(const kernel::module_info &module,
                        kernel::Memory memory = kernel::Memory::judged,
                        const std::vector<scenario::Operation> &operations = {},
                        kernel::Place place = kernel::Place::heap)
    {
        if (!operations.empty())
            scenario.actors[0].operations = operations;
        drivers::Revision revision = *drivers::find_revision("v8");
        revision.dax_hmem = &module;
        const Result result = machine.run(revision, scenario, {memory, place});
        findings = noted(properties::findings(result.verdict, {scenario, result.events}));
        events = result.events;
        const std::vector<std::string> all = shown_by(result.verdict);
        Options few{memory, place};
        few.recording = Recording::judged;
        const Result of_few = machine.run(revision, scenario, few);
        EXPECT_EQ(shown_by(of_few.verdict), all) << "of only the records that are judged";
        pairs_left_out = orders_in(events) - orders_in(of_few.events);
    }
    PlantedRun(const kernel::module_info &module,
               const std::vector<scenario::Operation> &operations)
        : PlantedRun(module, kernel::Memory::judged, operations)
    {}

    // The record at which the first finding points.
    const kernel::Event &shown_event() const { return events.at(findings.at(0).violation.event); }

    // "property:cause object" of each finding, in order.
    std::vector<std::string> shown() const
    {
        std::vector<std::string> lines;
        for (const properties::Finding &finding : findings)
            lines.push_back(properties::identity(finding.violation) + " " +
                            kernel::to_string(finding.violation.object));
        return lines;
    }

    static std::ptrdiff_t orders_in(const kernel::Events &events)
    {
        return std::count_if(events.begin(), events.end(), [](const kernel::Event &event) {
            return event.kind == kernel::EventKind::order;
        });
    }
    static std::vector<std::string> shown_by(const std::vector<properties::Violation> &verdict)
    {
        std::vector<std::string> lines;
        for (const properties::Violation &violation : verdict)
            lines.push_back(properties::identity(violation) + " " +
                            kernel::to_string(violation.object));
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
