// SPDX-License-Identifier: GPL-2.0-only
// Covers: managed resources of a device (KERNEL.md section 2, "devres"). Their order within a
// binding is in dd_test.cpp.
#include "kernel/device.hpp"
#include "kernel/errno.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

class Devres : public KernelTest {
protected:
    // A bound device to add resources to.
    platform_device *bind()
    {
        driver_register(&driver_);
        return add_device(Word::hmem);
    }
    Body notes(const char *text)
    {
        return [this, text] { note(text); };
    }

    TestDriver driver_{Word::hmem};
    Body first_ = notes("first");
    Body second_ = notes("second");
};

TEST_F(Devres, AddedAfterTheProbeIsReleasedAtUnbindBeforeWhatTheProbeAdded)
{
    driver_.on_probe = [&](device *dev) {
        manage(dev, notes("in probe"));
        return 0;
    };
    run_actor([&] {
        platform_device *pdev = bind();
        manage(&pdev->dev, notes("after probe"));
        sysfs_unbind(&driver_, &pdev->dev);
    });
    EXPECT_EQ(journal(), (Strings{"after probe", "in probe"}));
    EXPECT_TRUE(misuses().empty());
}

TEST_F(Devres, IsReleasedByDeviceDelOfAnUnboundDevice)
{
    run_actor([&] {
        platform_device *pdev = add_device(Word::hmem);
        manage(&pdev->dev, notes("first"));
        manage(&pdev->dev, notes("last"));
        device_del(&pdev->dev);
        note("deleted");
    });
    EXPECT_EQ(journal(), (Strings{"last", "first", "deleted"}));
}

TEST_F(Devres, IsReleasedByTheLastPut)
{
    run_actor([&] {
        platform_device *pdev = platform_device_alloc(name_of(Word::hmem, 0));
        manage(&pdev->dev, notes("released"));
        platform_device_put(pdev);
    });
    EXPECT_EQ(journal(), Strings{"released"});
    EXPECT_TRUE(state_.objects.survivors().empty());
}

TEST_F(Devres, AddingToAnUnboundDeviceIsAcceptedAndWarnedOf)
{
    run_actor([&] { manage(&add_device(Word::hmem)->dev, [] {}); }); // expects 0
    EXPECT_EQ(misuses(), Misuses{Misuse::devres_unbound});
}

TEST_F(Devres, AddingDuringTheProbeIsFine)
{
    driver_.on_probe = [&](device *dev) {
        manage(dev, [] {});
        return 0;
    };
    run_actor([&] { bind(); });
    EXPECT_TRUE(misuses().empty());
}

TEST_F(Devres, ReleaseActionRemovesTheMatchingOneAndRunsIt)
{
    run_actor([&] {
        platform_device *pdev = bind();
        devm_add_action(&pdev->dev, action(), &first_);
        devm_add_action(&pdev->dev, action(), &second_);
        devm_release_action(&pdev->dev, action(), &first_);
        note("unbind");
        sysfs_unbind(&driver_, &pdev->dev);
    });
    EXPECT_EQ(journal(), (Strings{"first", "unbind", "second"}));
    EXPECT_TRUE(misuses().empty());
}

TEST_F(Devres, ReleaseActionOfWhatIsNotThereWarnsAndRunsNothing)
{
    run_actor([&] {
        platform_device *pdev = bind();
        devm_add_action(&pdev->dev, action(), &first_);
        devm_release_action(&pdev->dev, action(), &second_);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::devres_not_found});
    EXPECT_TRUE(journal().empty());
}

// A failing call, which only the code under test can be made to meet.
class DevresFault : public Devres {
protected:
    void SetUp() override
    {
        restart({.faults = {{.role = actor_role(0),
                             .site = Site::devm_add_action,
                             .object = name_of(Word::hmem, 0)}}});
    }
    void run_under_test(Body body)
    {
        run_actor([this, body = std::move(body)]() mutable {
            device_ = &bind()->dev;
            const func<void(void *)> function{[](void *what) { (*static_cast<Body *>(what))(); },
                                              "dax_hmem_init",
                                              {Word::dax_hmem, 0}};
            call(FrameKind::init, function, &body);
        });
    }

    device *device_ = nullptr;
};

TEST_F(DevresFault, AddActionLeavesItsDataToTheCaller)
{
    run_under_test([&] {
        EXPECT_EQ(devm_add_action(device_, action(), &first_), -ENOMEM);
        EXPECT_EQ(devm_add_action(device_, action(), &second_), 0) << "only the first call fails";
    });
    EXPECT_TRUE(journal().empty());
    EXPECT_EQ(events(EventKind::fault).size(), 1U);
    EXPECT_TRUE(ended());
}

TEST_F(DevresFault, AddActionOrResetRunsTheActionAtOnceAndReturnsTheError)
{
    run_under_test([&] {
        EXPECT_EQ(devm_add_action_or_reset(device_, action(), &first_), -ENOMEM);
        EXPECT_EQ(journal(), Strings{"first"});
        sysfs_unbind(&driver_, device_);
    });
    EXPECT_EQ(journal(), Strings{"first"}) << "and not again";
    EXPECT_TRUE(ended());
}

// UPSTREAM.md V1-7, V6-4: what is added while the others are released stays behind.
TEST_F(Devres, AddedDuringTheReleaseStaysBehindAndPoisonsTheNextProbe)
{
    run_actor([&] {
        platform_device *pdev = bind();
        manage(&pdev->dev, [&] { manage(&pdev->dev, notes("left")); });
        EXPECT_EQ(sysfs_unbind(&driver_, &pdev->dev), 0);
        EXPECT_NE(pdev->dev.devres, nullptr);
        EXPECT_EQ(sysfs_bind(&driver_, &pdev->dev), -EBUSY);
    });
    EXPECT_TRUE(journal().empty());
}

} // namespace
} // namespace kernel
