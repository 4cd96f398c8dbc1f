// SPDX-License-Identifier: GPL-2.0-only
#include "run/boot.hpp"

#include "drivers/device.hpp"
#include "drivers/test_module.hpp"
#include "kernel/bounds.hpp"
#include "kernel/deferred_probe.hpp"
#include "kernel/iomem.hpp"
#include "kernel/kernel.hpp"
#include "kernel/kmem.hpp"
#include "kernel/state.hpp"

#include <boost/container/static_vector.hpp>

#include <algorithm>

namespace run {

using namespace kernel;

namespace {

cxl_mode mode_of(scenario::Mode mode)
{
    switch (mode) {
    case scenario::Mode::ram:
        return cxl_mode::ram;
    case scenario::Mode::pmem:
        return cxl_mode::pmem;
    case scenario::Mode::type2:
        return cxl_mode::type2;
    }
    return cxl_mode::ram;
}

void configure(const drivers::Revision &revision, const scenario::Config &config)
{
    KernelConfig &target = state().config;
    target.core = revision.core;
    target.enabled[CONFIG_DEV_DAX_CXL] = config.dev_dax_cxl;
    target.enabled[CONFIG_DEV_DAX_HMEM] = config.dev_dax_hmem;
    target.enabled[CONFIG_CXL_REGION] = config.cxl_region;
    target.device_hmem_disable = config.hmem_disable;
    for (const Word driver : scenario::async_drivers)
        if (config.async_probe.has(driver))
            target.driver_async_probe.set(static_cast<std::size_t>(driver));
    target.kmem_remove_fails = config.kmem_remove_fails;
}

// SRAT says which node memory belongs to; each window it says nothing about gets a node of its own
// (KERNEL.md section 5).
void describe_nodes(const scenario::Layout &layout)
{
    int node = 0;
    for (const scenario::MemoryRange &described : layout.hmat) {
        describe_node(described.range, described.node);
        node = std::max<int>(node, described.node);
    }
    for (const scenario::MemoryRange &described : layout.soft_reserved)
        node = std::max<int>(node, described.node);
    for (const scenario::Window &window : layout.windows)
        describe_node(window.range, ++node);
}

// subsys_initcall: one call for each range of each target that HMAT describes.
void hmat_init(const scenario::Layout &layout)
{
    for (const scenario::MemoryRange &described : layout.hmat) {
        resource res;
        res.start = described.range.start;
        res.end = described.range.end;
        res.flags = IORESOURCE_MEM;
        drivers::hmem_register_resource(described.node, &res);
    }
}

void boot_cxl(const scenario::Layout &layout)
{
    // Of one layout at most: no need for the heap.
    boost::container::static_vector<cxl_window_description, bounds::windows_max> windows;
    for (const scenario::Window &window : layout.windows)
        windows.push_back({window.number, window.range});
    boost::container::static_vector<cxl_memdev_description, bounds::regions_max> memdevs;
    for (const scenario::Region &region : layout.regions) {
        if (region.assembly == scenario::Assembly::none)
            continue;
        memdevs.push_back({region.number, region.range, mode_of(region.mode), region.system_ram,
                           region.assembly != scenario::Assembly::fail,
                           region.assembly != scenario::Assembly::late});
    }
    cxl_boot({windows.data(), windows.size()}, {memdevs.data(), memdevs.size()},
             layout.config.cxl_region);
}

bool is_installed(Word name)
{
    return state().modules[static_cast<std::size_t>(name)].info != nullptr;
}

// Stops the run where nobody can build such a kernel.
void check_build(const drivers::Build &build, const scenario::Config &config)
{
    const bool cxl_built_in =
        config.builtin.has(Word::cxl_acpi) && config.builtin.has(Word::cxl_pci);
    if (is_built_in(Word::dax_hmem) && !cxl_built_in) {
        if (build.kconfig == drivers::Kconfig::built_in_for_hmem)
            not_configurable("this revision's Kconfig does not allow DEV_DAX_HMEM=y while CXL_ACPI "
                             "or CXL_PCI is a module");
        if (build.kconfig == drivers::Kconfig::built_in_for_dax_cxl && config.dev_dax_cxl)
            not_configurable("this revision's Kconfig does not allow DEV_DAX_CXL where "
                             "DEV_DAX_HMEM=y while CXL_ACPI or CXL_PCI is a module");
    }
    // By Kconfig (DEV_DAX_HMEM || !DEV_DAX_HMEM) or by the linker (K-1).
    for (const Word name : scenario::modules)
        if (is_built_in(name))
            for (const Word provider :
                 state().modules[static_cast<std::size_t>(name)].info->providers)
                if (!is_built_in(provider))
                    not_configurable("no kernel links what is built in against a module");
}

// ASSUMED: cxl_test takes its addresses where the machine has nothing (KERNEL.md section 9), so that no
// other hmem_platform device's walk reaches them.
bool has_second_device(const scenario::Layout &layout)
{
    if (!layout.config.dev_dax_hmem || !layout.hmem_platform_1)
        return false;
    const auto overlaps = [&](const scenario::MemoryRange &other) {
        return other.range.overlaps(layout.hmem_platform_1->range);
    };
    return std::none_of(layout.soft_reserved.begin(), layout.soft_reserved.end(), overlaps) &&
           std::none_of(layout.hmat.begin(), layout.hmat.end(), overlaps);
}

void install(const drivers::Revision &revision, const scenario::Layout &layout)
{
    const scenario::Config &config = layout.config;
    if (config.dev_dax_hmem) {
        install_module(revision.device_hmem);
        build_in(Word::device_hmem);
        install_module(revision.dax_hmem);
    }
    if (has_second_device(layout)) {
        install_module(&drivers::cxl_test);
        build_in(Word::cxl_test); // its data outlives each of its loads, see test_module.hpp
        const scenario::MemoryRange &second = *layout.hmem_platform_1;
        drivers::hmem_test_set_range(second.range, second.node);
    }
    if (config.dev_dax_cxl)
        install_module(config.dev_dax_hmem ? revision.dax_cxl : revision.dax_cxl_without_hmem);
    if (revision.dax != nullptr) {
        install_module(revision.dax);
        // By Kconfig its users cannot be built in without it.
        if (config.builtin.has(Word::dax_hmem) || config.builtin.has(Word::dax_cxl))
            build_in(Word::dax_ko);
    }
    // What is not configured is not built in either.
    for (const Word name : scenario::modules)
        if (config.builtin.has(name) && is_installed(name) && !is_built_in(name))
            build_in(name);
    check_build(revision.build, config);
}

void module_initcall(Word name)
{
    if (is_built_in(name))
        run_module_initcall(name);
}

} // namespace

// Initcalls in the order of KERNEL.md section 3 and UPSTREAM.md 1.7: by level, then by link order.
void boot(const drivers::Revision &revision, const scenario::Layout &layout)
{
    const scenario::Config &config = layout.config;
    configure(revision, config);
    for (const scenario::MemoryRange &range : layout.soft_reserved)
        reserve_soft_reserved(range.range, range.node);
    describe_nodes(layout);
    dax_boot();
    boot_cxl(layout);
    install(revision, layout);

    // subsys_initcall
    if (config.dev_dax_hmem)
        hmat_init(layout);
    module_initcall(Word::cxl_acpi);

    // device_initcall: drivers/dax/ is linked before drivers/cxl/
    module_initcall(Word::dax_ko);
    if (!revision.build.hmem_first)
        module_initcall(Word::dax_cxl);
    if (config.dev_dax_hmem)
        run_initcall(Word::device_hmem);
    module_initcall(Word::dax_hmem);
    if (revision.build.hmem_first)
        module_initcall(Word::dax_cxl);
    module_initcall(Word::cxl_pci);

    // late_initcall
    deferred_probe_initcall();
}

} // namespace run
