// SPDX-License-Identifier: GPL-2.0-only
// Covers: what loads and unloads of modules wait for: the async_synchronize_full at their ends,
// other loads of the same module, request_module (KERNEL.md section 3, UPSTREAM.md 1.7).
#include "kernel/errno.hpp"
#include "kernel/module.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Word name = Word::cxl_pci;

// The gate that the module's init passes, where the test has set one.
thread_local Gate *init_gate = nullptr;

int gated_init()
{
    if (init_gate != nullptr)
        init_gate->pass();
    return 0;
}

constexpr module_info info = {.name = name,
                              .init = gated_init,
                              .init_name = "gated_init",
                              .exit = [] {},
                              .exit_name = "empty_exit"};

class ModuleWait : public KernelTest {
protected:
    ModuleWait()
    {
        init_gate = nullptr;
        install_module(&info);
    }

    // An asynchronous probe of somebody else's, in flight until the gate opens.
    void start_unrelated_async_probe()
    {
        run_actor([&] {
            async_schedule(
                role_of(Word::probe, name_of(Word::mem, 0)),
                [](void *gate) { static_cast<Gate *>(gate)->pass(); }, &async_gate_);
        });
    }
    // Actors that note what they did once it is through.
    void starts_insmod()
    {
        run_actor([this] {
            EXPECT_EQ(insmod(name), 0);
            note("insmod");
        });
    }
    void starts_modprobe()
    {
        run_actor([this] {
            EXPECT_EQ(modprobe(name), 0);
            note("modprobe");
        });
    }
    void starts_request()
    {
        run_actor([this] {
            request_module(name);
            note("request");
        });
    }
    void open(Gate &gate)
    {
        run_actor([&gate] { gate.open(); });
    }

    Gate async_gate_;
    Gate init_gate_;
};

// [M]: insmod dax_hmem blocked 1.2 s behind an unrelated async probe.
TEST_F(ModuleWait, LoadEndsOnlyWhenNoAsynchronousProbeIsLeft)
{
    start_unrelated_async_probe();
    starts_insmod();
    EXPECT_TRUE(module_live(name));
    EXPECT_TRUE(journal().empty());
    open(async_gate_);
    EXPECT_EQ(journal(), Strings{"insmod"});
    EXPECT_TRUE(ended());
}

// [M]: the initial reference.
TEST_F(ModuleWait, RmmodDuringTheLastSyncOfTheLoadIsToldToTryAgain)
{
    start_unrelated_async_probe();
    starts_insmod();
    run_actor([] { EXPECT_EQ(rmmod(name), -EAGAIN); });
    open(async_gate_);
    run_actor([] { EXPECT_EQ(rmmod(name), 0); });
    EXPECT_TRUE(ended());
}

TEST_F(ModuleWait, UnloadSynchronizesBetweenExitAndTheEndOfTheText)
{
    starts_insmod();
    start_unrelated_async_probe();
    run_actor([&] {
        EXPECT_EQ(rmmod(name), 0);
        note("rmmod");
    });
    EXPECT_EQ(journal(), Strings{"insmod"});
    EXPECT_EQ(events(EventKind::module_state).back().value, static_cast<int>(module_state::going));
    open(async_gate_);
    EXPECT_EQ(journal(), (Strings{"insmod", "rmmod"}));
}

TEST_F(ModuleWait, RequestOfALiveModuleReturnsAtOnceWithoutATask)
{
    starts_insmod();
    const std::size_t tasks = state_.scheduler.roles().size();
    starts_request();
    EXPECT_EQ(journal(), (Strings{"insmod", "request"}));
    EXPECT_EQ(state_.scheduler.roles().size(), tasks + 1) << "the actor's own only";
}

TEST_F(ModuleWait, RequestOfOneThatIsNotLoadedRunsModprobeAndWaitsForItsInitAndItsSync)
{
    init_gate = &init_gate_;
    start_unrelated_async_probe();
    starts_request();
    EXPECT_EQ(state_.scheduler.roles().back(), role_of(Word::modprobe, name_of(name)));
    open(init_gate_);
    EXPECT_TRUE(module_live(name));
    EXPECT_TRUE(journal().empty()) << "the load's last sync";
    open(async_gate_);
    EXPECT_EQ(journal(), Strings{"request"});
    EXPECT_TRUE(ended());
}

TEST_F(ModuleWait, ModprobeOfOneThatIsComingWaitsForItsInitAndItsSync)
{
    init_gate = &init_gate_;
    start_unrelated_async_probe();
    starts_insmod();
    starts_modprobe();
    open(init_gate_);
    EXPECT_TRUE(journal().empty());
    open(async_gate_);
    EXPECT_EQ(journal(), (Strings{"insmod", "modprobe"}));
    EXPECT_EQ(events(EventKind::module_state).size(), 2U) << "loaded once";
    EXPECT_TRUE(ended());
}

// "Of a LIVE module it returns at once" (UPSTREAM.md 1.7), and LIVE comes before the last sync:
// what modprobe looks at is the state.
TEST_F(ModuleWait, RequestAndModprobeDuringTheLastSyncOfAnotherLoadReturnAtOnce)
{
    start_unrelated_async_probe();
    starts_insmod();
    starts_request();
    starts_modprobe();
    EXPECT_EQ(journal(), (Strings{"request", "modprobe"}));
    open(async_gate_);
    EXPECT_TRUE(ended());
}

TEST_F(ModuleWait, LoadOfOneThatIsGoingIsBusyAndIsFineOnceItIsGone)
{
    run_actor([] { EXPECT_EQ(modprobe(name), 0); });
    start_unrelated_async_probe();
    run_actor([] { EXPECT_EQ(rmmod(name), 0); }); // GOING until the gate opens
    run_actor([this] {
        EXPECT_EQ(insmod(name), -EBUSY);
        EXPECT_EQ(modprobe(name), -EBUSY);
        note("busy");
    });
    EXPECT_EQ(journal(), Strings{"busy"});
    open(async_gate_);
    run_actor([] { EXPECT_EQ(modprobe(name), 0); });
    EXPECT_TRUE(module_live(name));
    EXPECT_TRUE(ended());
}

} // namespace
} // namespace kernel
