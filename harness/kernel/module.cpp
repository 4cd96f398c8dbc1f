// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/module.hpp"

#include "kernel/device.hpp"
#include "kernel/errno.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <cstring>

namespace kernel {
namespace {

module &module_of(Word name) { return state().modules[static_cast<std::size_t>(name)]; }

void set_state(module &mod, module_state value)
{
    mod.state = value;
    record(EventKind::module_state, name_of(mod.info->name), static_cast<std::int32_t>(value));
}

bool settled(const void *argument) { return !static_cast<const module *>(argument)->loading; }

bool provider_settled(const void *argument)
{
    return static_cast<const module *>(argument)->state != module_state::coming;
}

// A task that is inside the module's functions would return into nothing.
void check_no_task_inside(Text text)
{
    if (!state().objects.judged())
        return;
    for (const task_struct *task : state().scheduler.alive())
        for (std::size_t i = 0; i < task->frame_count; ++i)
            if (task->frames[i].text.module == text.module &&
                task->frames[i].text.load == text.load)
                oops(Misuse::text_gone, name_of(text.module), {}, cause_of(*task));
}

// Looks at the stack of every task.
void free_text(module &mod)
{
    const Within all(Footprint::everything());
    const Name name = name_of(mod.info->name);
    point(Point::text_free, name);
    const Text text{mod.info->name, mod.load};
    check_no_work_runs(text);
    check_no_task_inside(text);
    for (const Word provider : mod.info->providers)
        --module_of(provider).users;
    kfree(mod.data);
    mod.text = false;
    set_state(mod, module_state::freed);
}

int link_providers(module &mod)
{
    for (const Word name : mod.info->providers) {
        module &provider = module_of(name);
        wait_until(Wait::module_settled, name_of(name), provider_settled, &provider);
        if (provider.state != module_state::live)
            return -ENOENT; // "Unknown symbol"
    }
    for (const Word name : mod.info->providers)
        ++module_of(name).users;
    return 0;
}

// 0 if the module is not there. -EEXIST if it is LIVE, at once, even while the load that made it so
// is in its last sync; one that is COMING is waited for.
// ASSUMED: -EBUSY for one that is GOING; no source tells what a load that meets it returns.
int wait_for_other_load(const module &mod)
{
    if (mod.state == module_state::coming)
        wait_until(Wait::module_settled, name_of(mod.info->name), settled, &mod);
    switch (mod.state) {
    case module_state::live:
        return -EEXIST;
    case module_state::freed:
        return 0;
    case module_state::coming:
    case module_state::going:
        break;
    }
    return -EBUSY;
}

int load_module(module &mod)
{
    const Name name = name_of(mod.info->name);
    if (const int error = link_providers(mod))
        return error;
    // Two loads of one module that both waited for a provider: the second finds it there.
    if (const int error = wait_for_other_load(mod)) {
        for (const Word provider : mod.info->providers)
            --module_of(provider).users;
        return error;
    }
    ++mod.load;
    mod.text = true;
    mod.loading = true;
    set_state(mod, module_state::coming);
    mod.data = mod.info->new_data != nullptr ? mod.info->new_data() : nullptr;
    point(Point::module_coming, name);
    const func<int()> init{mod.info->init, mod.info->init_name, {mod.info->name, mod.load}};
    const int result = call(FrameKind::init, init);
    if (result > 0)
        dev_dbg(name, "init suspiciously returned a positive value, loaded anyway");
    if (result < 0) {
        // The exit function is not called: whatever is still registered dangles from here on.
        set_state(mod, module_state::going);
        free_text(mod);
        mod.loading = false;
        return result;
    }
    point(Point::module_live, name);
    set_state(mod, module_state::live);
    async_synchronize_full();
    mod.loading = false;
    return 0;
}

int check_removable(const module &mod)
{
    // ASSUMED: -ENOENT for one that is built in, which is not among the loaded ones either.
    if (mod.info == nullptr || mod.state == module_state::freed || mod.built_in)
        return -ENOENT;
    if (mod.users > 0)
        return -EWOULDBLOCK;
    if (mod.state != module_state::live)
        return -EBUSY;
    return mod.loading ? -EAGAIN : 0;
}

// Whom one modprobe is loading, the last one first.
struct ModprobeChain {
    Word name;
    const ModprobeChain *earlier;
};

bool has(const ModprobeChain *chain, Word name)
{
    for (; chain != nullptr; chain = chain->earlier)
        if (chain->name == name)
            return true;
    return false;
}

// ASSUMED: what is being loaded already is passed over, so that a module that is, in the end, its own
// dependency is loaded all the same if the dependency is soft, and lacks a symbol if it is not.
int modprobe_after(const ModprobeChain *earlier, Word name)
{
    const module &mod = module_of(name);
    if (mod.info == nullptr)
        return -ENOENT;
    if (has(earlier, name))
        return 0;
    const ModprobeChain chain{name, earlier};
    for (const Word provider : mod.info->providers)
        if (const int error = modprobe_after(&chain, provider))
            return error;
    for (const Word provider : mod.info->soft_providers)
        modprobe_after(&chain, provider);
    const int error = insmod(name);
    return error == -EEXIST ? 0 : error;
}

struct ModprobeChild {
    Word name;
    bool done;
};

void modprobe_main(void *argument)
{
    auto *child = static_cast<ModprobeChild *>(argument);
    keeps_to(Footprint::of(Area::modules));
    modprobe(child->name);
    child->done = true;
}

bool child_done(const void *argument) { return static_cast<const ModprobeChild *>(argument)->done; }

} // namespace

Text text_of(Word name)
{
    const module &mod = module_of(name);
    return {name, mod.info != nullptr ? mod.load : 0};
}

bool text_alive(Text text)
{
    const module &mod = module_of(text.module);
    return mod.info == nullptr || (mod.text && mod.load == text.load);
}

void install_module(const module_info *info) { module_of(info->name).info = info; }

void build_in(Word name)
{
    module &mod = module_of(name);
    mod.built_in = true;
    mod.text = true;
    mod.state = module_state::live;
    if (mod.info->new_data != nullptr) {
        mod.data = mod.info->new_data();
        kmemleak_not_leak(mod.data);
    }
}

bool is_built_in(Word name) { return module_of(name).built_in; }

int run_initcall(Word name)
{
    module &mod = module_of(name);
    const func<int()> init{mod.info->init, mod.info->init_name, {name, mod.load}};
    const int result = call(FrameKind::init, init);
    mod.initialised = result >= 0;
    return result;
}

void run_module_initcall(Word name)
{
    point(Point::module_coming, name_of(name));
    dev_dbg(name_of(name), "built in, its init is next");
    if (run_initcall(name) < 0)
        dev_dbg(name_of(name), "init failed, its code and data stay");
    else
        record(EventKind::module_state, name_of(name),
               static_cast<std::int32_t>(module_state::live));
}

// As kmemleak judges: what static data points to is in use. Only exit would give it back: a queue, a
// reference on the device that v7 and v8 hold from the first probe on. After an init that failed it is
// none of this, but what the error path forgot.
void keep_what_is_built_in()
{
    State &self = state();
    for (const module &mod : self.modules) {
        if (!mod.initialised || mod.info->exit == nullptr || mod.data == nullptr)
            continue;
        for (void *kept : self.objects.pointees(mod.data)) {
            kmemleak_not_leak(kept);
            for (const bus_type *bus : {&self.platform_bus, &self.cxl_bus, &self.pci_bus})
                for (const device *dev : bus->devices)
                    if (self.objects.within(kept, dev))
                        record(EventKind::device_kept, dev->name).start = dev->serial;
        }
    }
}

bool module_live(Word name) { return module_of(name).state == module_state::live; }

void *module_data(Word name)
{
    HARNESS_ASSERT(module_of(name).data != nullptr);
    return module_of(name).data;
}

void (*find_symbol(Word name, const char *symbol))()
{
    for (const exported_symbol &entry : module_of(name).info->exports)
        if (std::strcmp(entry.name, symbol) == 0)
            return entry.function;
    HARNESS_ASSERT(!"a module calls a symbol that its provider does not export");
    return nullptr;
}

int insmod(Word name)
{
    const Within own(Footprint::of(Area::modules));
    module &mod = module_of(name);
    if (mod.info == nullptr)
        return -ENOENT;
    const int error = wait_for_other_load(mod);
    return error != 0 ? error : load_module(mod);
}

int modprobe(Word name)
{
    const Within own(Footprint::of(Area::modules));
    return modprobe_after(nullptr, name);
}

int rmmod(Word name)
{
    const Within own(Footprint::of(Area::modules));
    module &mod = module_of(name);
    if (const int error = check_removable(mod))
        return error;
    point(Point::module_going, name_of(name));
    // The checks and the change of state are one step in the kernel.
    if (const int error = check_removable(mod))
        return error;
    set_state(mod, module_state::going);
    const func<void()> exit{mod.info->exit, mod.info->exit_name, {name, mod.load}};
    call(FrameKind::exit, exit);
    async_synchronize_full();
    free_text(mod);
    return 0;
}

void request_module(Word name)
{
    const Within own(Footprint::of(Area::modules));
    const module &mod = module_of(name);
    if (mod.info == nullptr || mod.state == module_state::live)
        return;
    record_wait(WaitCall::request_module, name_of(name), false);
    // The load ends with async_synchronize_full, which waits for the caller.
    if (state().scheduler.current().async)
        warn(Misuse::request_module_async, name_of(name));
    ModprobeChild child{name, false};
    const Role role = role_of(Word::modprobe, name_of(name));
    state().scheduler.create(role, modprobe_main, &child);
    wait_until(Wait::child_task, name_of(name), child_done, &child);
}

} // namespace kernel
