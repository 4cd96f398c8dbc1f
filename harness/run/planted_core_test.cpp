// SPDX-License-Identifier: GPL-2.0-only
// driver-core-misuse and early-cxl-registration: planted bugs and near misses.
#include "drivers/dax_cxl.hpp"
#include "run/planted.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace run::testing {

using namespace kernel;

namespace {

int good_probe(platform_device *pdev)
{
    planted().pdev = pdev;
    return 0;
}

void no_action(void *) {}

constexpr const char *misused = "driver-core-misuse:planted_exit hmem_platform.0";

} // namespace

// ---------------------------------------------------------------- driver-core-misuse

TEST(DriverCoreMisuse, FiresWhenADriverIsUnregisteredThatNeverWasRegistered)
{
    const PlantedRun run(planted_module(
        [] {
            planted().driver.driver.name = name_of(Word::hmem_platform);
            return 0;
        },
        unregister_exit));
    ASSERT_EQ(run.shown(), Shown{"driver-core-misuse:planted_exit hmem_platform"});
    EXPECT_EQ(run.findings[0].violation.detail, "Unexpected driver unregister!");
}

TEST(DriverCoreMisuse, FiresWhenADriverIsUnregisteredTwice)
{
    const PlantedRun run(planted_module(init_driver<good_probe>, [] {
        unregister_exit();
        unregister_exit();
    }));
    ASSERT_EQ(run.shown(), Shown{"driver-core-misuse:planted_exit hmem_platform"});
    EXPECT_EQ(run.findings[0].violation.detail, "driver unregistered twice");
}

TEST(DriverCoreMisuse, IsSilentWhenADriverIsUnregisteredOnce)
{
    const PlantedRun run(planted_module(init_driver<good_probe>, unregister_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(DriverCoreMisuse, FiresWhenDriverDataIsReadAfterTheUnbind)
{
    const PlantedRun run(planted_module(init_driver<good_probe>, [] {
        unregister_exit();
        dev_get_drvdata(&planted().pdev->dev);
    }));
    ASSERT_EQ(run.shown(), Shown{misused});
    EXPECT_EQ(run.findings[0].violation.detail, "driver data used after the driver was unbound");
}

TEST(DriverCoreMisuse, IsSilentWhenDriverDataIsReadBeforeTheUnbind)
{
    const PlantedRun run(planted_module(init_driver<good_probe>, [] {
        dev_set_drvdata(&planted().pdev->dev, &planted());
        dev_get_drvdata(&planted().pdev->dev);
        unregister_exit();
        dev_set_drvdata(&planted().pdev->dev, nullptr);
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(DriverCoreMisuse, IsSilentForTheDataOfACreatorOnADeviceThatNeverHadADriver)
{
    const PlantedRun run(planted_module([] {
        platform_device *pdev = platform_device_alloc(name_of(Word::hmem, 3));
        dev_set_drvdata(&pdev->dev, &planted());
        dev_get_drvdata(&pdev->dev);
        platform_device_put(pdev);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

// It hangs on its own lock: one cause, one name.
TEST(DriverCoreMisuse, FiresWhenAProbeUnregistersItsOwnDevice)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *pdev) {
        platform_device_unregister(pdev);
        return 0;
    }>));
    EXPECT_EQ(run.shown(), Shown{"driver-core-misuse:planted_init hmem_platform.0"});
}

TEST(DriverCoreMisuse, IsSilentWhenAProbeUnregistersAnotherDevice)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *) {
                                            platform_device *pdev =
                                                platform_device_alloc(name_of(Word::hmem, 3));
                                            platform_device_add(pdev);
                                            platform_device_unregister(pdev);
                                            return 0;
                                        }>,
                                        unregister_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(DriverCoreMisuse, FiresWhenAnActionIsReleasedThatIsNotThere)
{
    const PlantedRun run(planted_module(init_driver<good_probe>, [] {
        devm_release_action(&planted().pdev->dev, FUNC(no_action), nullptr);
        unregister_exit();
    }));
    EXPECT_EQ(run.shown(), Shown{misused});
}

TEST(DriverCoreMisuse, IsSilentWhenTheActionIsThere)
{
    const PlantedRun run(planted_module(init_driver<good_probe>, [] {
        devm_add_action(&planted().pdev->dev, FUNC(no_action), nullptr);
        devm_release_action(&planted().pdev->dev, FUNC(no_action), nullptr);
        unregister_exit();
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(DriverCoreMisuse, FiresForAReferenceTakenOnAZeroFilledDevice)
{
    const PlantedRun run(planted_module([] { return get_device(&planted().dev) ? 0 : -ENODEV; }));
    EXPECT_EQ(run.shown(), Shown{"driver-core-misuse:planted_init -"});
}

TEST(DriverCoreMisuse, FiresForAReferencePutOnAZeroFilledDevice)
{
    const PlantedRun run(planted_module([] {
        put_device(&planted().dev);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{"driver-core-misuse:planted_init -"});
}

TEST(DriverCoreMisuse, FiresWhenADeviceIsInitialisedTwice)
{
    const PlantedRun run(planted_module([] {
        device_initialize(&planted().dev, name_of(Word::test, 3));
        device_initialize(&planted().dev, name_of(Word::test, 3));
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{"driver-core-misuse:planted_init test.3"});
}

TEST(DriverCoreMisuse, IsSilentForAReferenceOnAnInitialisedDevice)
{
    const PlantedRun run(planted_module([] {
        device_initialize(&planted().dev, name_of(Word::test, 3));
        put_device(get_device(&planted().dev));
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(DriverCoreMisuse, FiresForASecondDeviceOfOneName)
{
    const PlantedRun run(planted_module([] {
        platform_device *pdev = platform_device_alloc(name_of(Word::hmem_platform, 0));
        platform_device_add(pdev);
        platform_device_put(pdev);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{"driver-core-misuse:planted_init hmem_platform.0"});
}

// ---------------------------------------------------------------- early-cxl-registration

namespace {

void resolve(work_struct *) { wait_for_device_probe(); }

void resolve_at_once(work_struct *) {}

int queue_resolution()
{
    INIT_WORK(&planted().work, FUNC(resolve));
    queue_work(system_long_wq, &planted().work);
    return 0;
}

void flush_resolution() { flush_work(&planted().work); }
// Of an item that nobody set up: it returns at once.
void flush_wrong_item() { flush_work(&planted().other_work); }

void flush_wrong_item_then_queue()
{
    flush_wrong_item();
    queue_resolution();
}

void flush_after_cancel()
{
    cancel_work_sync(&planted().work);
    flush_wrong_item();
}

// A resolution is held up by a slow probe, which ends at rest, while dax_cxl is loaded on a dax_hmem with such a flush.
Shown shown_with(int (*init)(), void (*flush)())
{
    const std::array exports = {exported_symbol{"dax_hmem_flush_work", flush}};
    module_info module = planted_module(init, flush_resolution);
    module.exports = exports;
    using enum scenario::OperationCode;
    return PlantedRun(module, {{slow_probe_start, name_of(Word::slow)},
                               {modprobe, name_of(Word::dax_hmem)},
                               {modprobe, name_of(Word::dax_cxl)}})
        .shown();
}

} // namespace

TEST(EarlyCxlRegistration, FiresWhenTheFlushReturnsAtOnceWithAResolutionQueued)
{
    EXPECT_EQ(shown_with(queue_resolution, flush_wrong_item),
              (Shown{"uninitialized-work:cxl_dax_region_driver_register cxl-enumerate",
                     "early-cxl-registration:cxl_dax_region_driver_register cxl_dax_region"}));
}

TEST(EarlyCxlRegistration, FiresWhenThereIsNoFlushAndAResolutionWasQueuedBeforeItsWorkBegan)
{
    EXPECT_EQ(shown_with(queue_resolution, nothing),
              Shown{"early-cxl-registration:cxl_dax_region_driver_register cxl_dax_region"});
}

TEST(EarlyCxlRegistration, IsSilentWithoutAFlushForAResolutionThatIsQueuedAfterItsWorkBegan)
{
    EXPECT_EQ(shown_with([] { return 0; }, [] { queue_resolution(); }), Shown{});
}

TEST(EarlyCxlRegistration, IsSilentWithoutAFlushForAResolutionThatHasEndedBefore)
{
    EXPECT_EQ(shown_with(
                  [] {
                      INIT_WORK(&planted().work, FUNC(resolve_at_once));
                      queue_work(system_long_wq, &planted().work);
                      return 0;
                  },
                  nothing),
              Shown{});
}

// A dax_cxl that registers in its init has no work whose begin could count: the operation does.
TEST(EarlyCxlRegistration, FiresOnARegistrationInInitWhereTheRevisionMeansToWait)
{
    drivers::Revision tested = revision("mainline");
    tested.dax_cxl = &drivers::dax_cxl_pre;
    const scenario::Scenario scenario = regression("dax-cxl-waits.toml");
    const auto shows_it = [&] {
        Machine machine;
        const std::vector<std::string> shown = identities(machine.run(tested, scenario), scenario);
        return std::find(shown.begin(), shown.end(),
                         "early-cxl-registration:cxl_dax_region_driver_init") != shown.end();
    };
    EXPECT_TRUE(shows_it());
    tested.intent.dax_cxl_waits = false; // as before v6
    EXPECT_FALSE(shows_it());
}

TEST(EarlyCxlRegistration, IsSilentWhenTheFlushWaits)
{
    EXPECT_EQ(shown_with(queue_resolution, flush_resolution), Shown{});
}

// ML-5: the flush covers what is queued when it begins, no more.
TEST(EarlyCxlRegistration, IsSilentForAResolutionThatIsQueuedAfterTheFlushBegan)
{
    EXPECT_EQ(shown_with([] { return 0; }, flush_wrong_item_then_queue),
              Shown{"uninitialized-work:cxl_dax_region_driver_register cxl-enumerate"});
}

TEST(EarlyCxlRegistration, IsSilentForAResolutionThatHasEndedBefore)
{
    EXPECT_EQ(shown_with(
                  [] {
                      INIT_WORK(&planted().work, FUNC(resolve_at_once));
                      queue_work(system_long_wq, &planted().work);
                      return 0;
                  },
                  flush_wrong_item),
              Shown{"uninitialized-work:cxl_dax_region_driver_register cxl-enumerate"});
}

TEST(EarlyCxlRegistration, IsSilentWhenTheResolutionWasTakenOffItsQueue)
{
    EXPECT_EQ(shown_with(
                  [] {
                      queue_resolution();
                      cancel_work_sync(&planted().work);
                      return 0;
                  },
                  flush_after_cancel),
              Shown{"uninitialized-work:cxl_dax_region_driver_register cxl-enumerate"});
}

} // namespace run::testing
