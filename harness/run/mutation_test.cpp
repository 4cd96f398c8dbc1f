// SPDX-License-Identifier: GPL-2.0-only
// Three mistakes of drafts that were never a revision (UPSTREAM.md V1-4, V6-8, V7-4), each made in a
// dax_hmem with the logic of v8 in short, and the property that catches it.
#include "kernel/bus_walk.hpp"
#include "kernel/cxl_region.hpp"
#include "kernel/dax_bus.hpp"
#include "run/planted.hpp"

#include <gtest/gtest.h>

namespace run::testing {

using namespace kernel;

namespace {

enum class Mutation { none, end_compared_the_wrong_way, lock_before_wait, walk_defers_again };

// V1-4 of a test version between v3 and v4: a region that ends early passes.
bool region_ends_inside(const resource *range)
{
    bool found = false;
    for_each_device(&state().cxl_bus, [&](device *dev) {
        if (dev->name.word != Word::region)
            return;
        const cxl_region *region = to_cxl_region(dev);
        found |= region->state == CXL_CONFIG_COMMIT && region->res->start <= range->start &&
                 region->res->end <= range->end;
    });
    return found;
}

bool touches_window(const resource *res)
{
    return region_intersects(res->start, res->end - res->start + 1, IORESOURCE_MEM,
                             IORES_DESC_CXL) != REGION_DISJOINT;
}

void unregister_hmem_device(void *pdev)
{
    platform_device_unregister(static_cast<platform_device *>(pdev));
}

int register_hmem_device(device *host, int node, const resource *res)
{
    platform_device *pdev = platform_device_alloc(name_of(Word::hmem, host->name.number));
    const memregion_info info = {node, {res->start, res->end}};
    platform_device_add_data(pdev, &info);
    platform_device_add(pdev);
    return devm_add_action_or_reset(host, FUNC(unregister_hmem_device), pdev);
}

template <Mutation mutation> struct ShortHmem {
    struct Statics {
        work_struct work;
        platform_device *pdev = nullptr;
        bool resolved = false;
        platform_driver hmem_platform;
        platform_driver hmem;
    };

    static Statics &statics() { return static_data<Statics>(THIS_MODULE); }

    static int hmem_register_device(device *host, int node, const resource *res)
    {
        if (!touches_window(res))
            return register_hmem_device(host, node, res);
        if (!statics().resolved)
            queue_work(system_long_wq, &statics().work);
        return 0;
    }

    static int resolve(device *host, int node, const resource *res)
    {
        if (!touches_window(res))
            return 0;
        if (mutation == Mutation::end_compared_the_wrong_way ? region_ends_inside(res)
                                                             : cxl_region_contains_resource(res))
            return 0;
        return mutation == Mutation::walk_defers_again ? hmem_register_device(host, node, res)
                                                       : register_hmem_device(host, node, res);
    }

    static void process_defer_work(work_struct *)
    {
        device *dev = &statics().pdev->dev;
        if (mutation != Mutation::lock_before_wait)
            wait_for_device_probe();
        const guard_device guard(dev);
        if (mutation == Mutation::lock_before_wait)
            wait_for_device_probe();
        if (!dev->driver || statics().resolved)
            return;
        statics().resolved = true;
        drivers::walk_hmem_resources(dev, resolve);
    }

    static int platform_probe(platform_device *pdev)
    {
        statics().pdev = pdev;
        return drivers::walk_hmem_resources(&pdev->dev, hmem_register_device);
    }

    static int probe(platform_device *pdev)
    {
        const memregion_info *info = pdev->platform_data;
        dax_region *region = alloc_dax_region(&pdev->dev, pdev->name.number, info->range,
                                              info->target_node, PMD_SIZE, IORESOURCE_DAX_KMEM);
        if (region == nullptr)
            return -ENOMEM;
        const dev_dax_data data = {.region = region, .size = info->range.size()};
        return devm_create_dev_dax(&data);
    }

    static int init()
    {
        request_module(Word::cxl_acpi);
        request_module(Word::cxl_pci);
        platform_driver_register(&statics().hmem_platform);
        return platform_driver_register(&statics().hmem);
    }

    static void exit()
    {
        flush_work(&statics().work);
        platform_driver_unregister(&statics().hmem);
        platform_driver_unregister(&statics().hmem_platform);
    }

    static void *new_statics()
    {
        auto *data = new_object<Statics>(name_of(THIS_MODULE));
        data->work = __WORK_INITIALIZER(name_of(Word::resolution), FUNC(process_defer_work));
        data->hmem_platform = {
            .probe = FUNC(platform_probe),
            .driver = {.name = name_of(Word::hmem_platform), .owner = THIS_MODULE},
        };
        data->hmem = {
            .probe = FUNC(probe),
            .driver = {.name = name_of(Word::hmem), .owner = THIS_MODULE},
        };
        return data;
    }

    static constexpr module_info dax_hmem = {.name = THIS_MODULE,
                                             .init = init,
                                             .init_name = "init",
                                             .exit = exit,
                                             .exit_name = "exit",
                                             .new_data = new_statics,
                                             .exports = {},
                                             .providers = {}};
};

std::vector<std::string> shown_by(const module_info &module, std::string_view text)
{
    drivers::Revision revision = *drivers::find_revision("v8");
    revision.dax_hmem = &module;
    const scenario::Scenario scenario = parse(text);
    Machine machine;
    const Result result = machine.run(revision, scenario);
    EXPECT_EQ(result.unmodelled, nullptr);
    return identities(result, scenario);
}

template <Mutation mutation> std::vector<std::string> shown(std::string_view text)
{
    return shown_by(ShortHmem<mutation>::dax_hmem, text);
}

//   Soft Reserved    AAAAAA
//   window0          WWWWWW
//   region0          RRRR
constexpr const char *region_smaller_than_its_range = R"(
[layout]
soft_reserved = [{ range = "0xa90000000-0xbcfffffff" }]
windows = [{ name = "window0", range = "0xa90000000-0xbcfffffff" }]
regions = [{ name = "region0", range = "0xa90000000-0xb8fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
)";

constexpr const char *window_without_region = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x13fffffff" }]
[[actor]]
name = "admin"
ops = ["modprobe dax_hmem"]
)";

} // namespace

TEST(Mutation, NoneOfThemShowsNoneOfTheSigns)
{
    EXPECT_EQ(shown<Mutation::none>(window_without_region), Shown{});
    EXPECT_EQ(shown<Mutation::none>(region_smaller_than_its_range),
              Shown{"unusable-range:process_defer_work"})
        << "ML-24, as on v8";
}

// The layout on which it was seen: 20251103111840.22057-1-tomasz.wolski@fujitsu.com.
TEST(Mutation, V1_4TheInvertedComparisonDropsWhatIsHmems)
{
    EXPECT_EQ(shown<Mutation::end_compared_the_wrong_way>(region_smaller_than_its_range),
              (Shown{"wrong-owner:process_defer_work", "lost-range:process_defer_work"}));
    EXPECT_EQ(shown<Mutation::end_compared_the_wrong_way>(window_without_region), Shown{});
}

TEST(Mutation, V6_8TheLockBeforeTheWaitIsCaughtWithoutADeadlock)
{
    EXPECT_EQ(shown<Mutation::lock_before_wait>(window_without_region),
              Shown{"wait-under-lock:process_defer_work"});
}

TEST(Mutation, V7_4TheWalkThatDefersAgainLosesEveryRange)
{
    EXPECT_EQ(shown<Mutation::walk_defers_again>(window_without_region),
              (Shown{"wrong-owner:process_defer_work", "lost-range:process_defer_work"}));
}

} // namespace run::testing
