// SPDX-License-Identifier: GPL-2.0-only
// For unit tests of the CXL core: a machine with windows and memdevs, booted, and what is seen of
// it.
#pragma once

#include "kernel/container_of.hpp"
#include "kernel/cxl.hpp"
#include "kernel/iomem.hpp"
#include "kernel/module.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kernel {

//   address      1       1.4     1.8             2 (times 4 GiB)
//   window0      |===============================|
//   region0      |-------|
//   region1              |-------|
inline constexpr Range window0 = {0x1'0000'0000, 0x1'ffff'ffff};
inline constexpr Range region0 = {0x1'0000'0000, 0x1'3fff'ffff};
inline constexpr Range region1 = {0x1'4000'0000, 0x1'7fff'ffff};

// Firmware-programmed, complete, RAM.
constexpr cxl_memdev_description memdev_of(int number, Range range)
{
    return {number, range, cxl_mode::ram, false, true, true};
}

struct CxlMachine {
    std::vector<cxl_window_description> windows = {{0, window0}};
    std::vector<cxl_memdev_description> memdevs = {memdev_of(0, region0)};
    bool region_enabled = true;
};

class CxlTest : public KernelTest {
protected:
    void boot(const CxlMachine &machine = {})
    {
        add_task(role_of(Word::boot),
                 [&] { cxl_boot(machine.windows, machine.memdevs, machine.region_enabled); });
        run();
    }
    // One after the other, each with all that it sets in motion.
    void load(std::initializer_list<Word> modules)
    {
        for (const Word name : modules)
            run_actor([name] { EXPECT_EQ(modprobe(name), 0) << word_text(name); });
    }
    void unload(Word name)
    {
        run_actor([name] { EXPECT_EQ(rmmod(name), 0) << word_text(name); });
    }
    void boot_and_enumerate(const CxlMachine &machine = {})
    {
        boot(machine);
        load({Word::cxl_acpi, Word::cxl_pci});
    }

    // On its bus, or nullptr.
    device *find(Name name) const
    {
        for (device *dev : state_.cxl_bus.devices)
            if (dev->name == name)
                return dev;
        return nullptr;
    }
    device *find_region(int number) const { return find(name_of(Word::region, number)); }
    device *find_dax_region(int number) const { return find(name_of(Word::dax_region, number)); }
    static const cxl_region &region_of(const device *dev)
    {
        return *container_of(const_cast<device *>(dev), cxl_region, dev);
    }
    // States that were stored, in order; -1 when it is gone.
    std::vector<int> region_states(int number) const
    {
        std::vector<int> found;
        for (const Event &event : events(EventKind::region_state, name_of(Word::region, number)))
            found.push_back(event.value);
        return found;
    }
    // Must run on a task.
    static bool contains(Range range)
    {
        const resource res{.start = range.start, .end = range.end, .flags = IORESOURCE_MEM};
        return cxl_region_contains_resource(&res);
    }
    static int intersects(Range range)
    {
        return region_intersects(range.start, range.size(), IORESOURCE_MEM, IORES_DESC_CXL);
    }
    int driver_bind(device *dev) { return sysfs_bind(&state_.cxl.region_driver, dev); }
    int driver_unbind(device *dev) { return sysfs_unbind(&state_.cxl.region_driver, dev); }

    // Index of the first record of the kind on the object, or -1.
    int when(EventKind kind, Name object, int value) const
    {
        for (std::size_t i = 0; i < state_.events.size(); ++i)
            if (state_.events[i].kind == kind && state_.events[i].object == object &&
                state_.events[i].value == value)
                return static_cast<int>(i);
        return -1;
    }
};

} // namespace kernel
