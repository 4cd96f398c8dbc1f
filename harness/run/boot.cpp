// SPDX-License-Identifier: GPL-2.0-only
#include "run/boot.hpp"

#include "drivers/device.hpp"
#include "kernel/iomem.hpp"
#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

#include <vector>

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

void configure(const scenario::Config &config)
{
    KernelConfig &target = state().config;
    target.enabled[CONFIG_DEV_DAX_CXL] = config.dev_dax_cxl;
    target.enabled[CONFIG_DEV_DAX_HMEM] = config.dev_dax_hmem;
    target.enabled[CONFIG_CXL_REGION] = config.cxl_region;
    target.device_hmem_disable = config.hmem_disable;
}

// subsys_initcall: one call for each range of each target that HMAT describes.
void hmat_init(const scenario::Layout &layout)
{
    for (const scenario::MemoryRange &described : layout.hmat) {
        state().nodes.push_back({described.range, described.node});
        resource res;
        res.start = described.range.start;
        res.end = described.range.end;
        res.flags = IORESOURCE_MEM;
        drivers::hmem_register_resource(described.node, &res);
    }
}

void boot_cxl(const scenario::Layout &layout)
{
    std::vector<cxl_window_description> windows;
    for (const scenario::Window &window : layout.windows)
        windows.push_back({window.number, window.range});
    std::vector<cxl_memdev_description> memdevs;
    for (const scenario::Region &region : layout.regions) {
        if (region.assembly == scenario::Assembly::none)
            continue;
        memdevs.push_back({region.number, region.range, mode_of(region.mode), region.system_ram,
                           region.assembly != scenario::Assembly::fail,
                           region.assembly != scenario::Assembly::late});
    }
    cxl_boot(windows, memdevs, layout.config.cxl_region);
}

} // namespace

void boot(const drivers::Revision &revision, const scenario::Layout &layout)
{
    const scenario::Config &config = layout.config;
    configure(config);
    if (config.builtin.bits != 0)
        not_modelled("built-in modules");
    if (config.async_probe.bits != 0)
        not_modelled("driver_async_probe=");
    if (config.kmem_remove_fails)
        not_modelled("kmem");
    for (const scenario::MemoryRange &range : layout.soft_reserved)
        reserve_soft_reserved(range.range, range.node);
    boot_cxl(layout);
    if (config.dev_dax_hmem) {
        install_module(revision.dax_hmem);
        install_builtin(revision.device_hmem);
        hmat_init(layout);
        run_initcall(Word::device_hmem);
    }
    if (config.dev_dax_cxl)
        install_module(config.dev_dax_hmem ? revision.dax_cxl : revision.dax_cxl_without_hmem);
}

} // namespace run
