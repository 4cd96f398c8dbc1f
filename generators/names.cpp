// SPDX-License-Identifier: GPL-2.0-only
#include "generators/names.hpp"

#include "scenario/words.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace generators {

using kernel::Name;
using kernel::name_of;
using kernel::Point;
using kernel::Site;
using kernel::Word;

namespace {

// Devices count from 0, and there are few.
constexpr std::size_t numbers = 3;

constexpr std::array works = {Word::resolution, Word::cxl_register, Word::cxl_enumerate,
                              Word::deferred_probe};
constexpr std::array queues = {Word::system_wq, Word::system_long_wq, Word::dax_hmem_wq,
                               Word::cxl_port};
constexpr std::array devices = {Word::hmem_platform, Word::hmem, Word::region, Word::dax_region,
                                Word::dax,           Word::mem,  Word::slow,   Word::cxl_acpi};
constexpr std::array drivers = {Word::hmem_platform,  Word::hmem,      Word::cxl_region,
                                Word::cxl_dax_region, Word::cxl_acpi,  Word::cxl_pci,
                                Word::kmem,           Word::device_dax};
constexpr std::array mutexes = {Word::hmem_resource_lock, Word::dax_hmem_lock, Word::root_decoder};
constexpr std::array rwsems = {Word::cxl_region_rwsem, Word::dax_region_rwsem};
constexpr std::array trees = {Word::iomem, Word::soft_reserve, Word::hmem_active,
                              Word::dax_regions};
constexpr std::array windows = {Word::window};
constexpr std::array regions = {Word::region};
constexpr std::array containers = {Word::cxl_region, Word::hmem, Word::region};
constexpr std::array platform_devices = {Word::hmem_platform, Word::hmem};
constexpr std::array dax_parents = {Word::hmem, Word::dax_region};
constexpr std::array dax_devices = {Word::dax};
constexpr std::array nothing = {Word::none};

using Words = std::span<const Word>;

Words words_at(Point point)
{
    switch (point) {
    case Point::queue_work:
    case Point::work_start:
    case Point::flush_work:
    case Point::cancel_work:
        return works;
    case Point::flush_workqueue:
    case Point::destroy_workqueue:
        return queues;
    case Point::wait_deferred:
    case Point::wait_probe_count:
    case Point::wait_async:
    case Point::async_sync:
        return nothing;
    case Point::operation:
    case Point::device_lock:
    case Point::probe:
    case Point::device_add:
    case Point::driver_attach:
    case Point::devres_release:
        return devices;
    case Point::mutex_lock:
        return mutexes;
    case Point::rwsem_lock:
        return rwsems;
    case Point::driver_list_add:
    case Point::bind_files_create:
    case Point::bind_files_remove:
    case Point::driver_register:
        return drivers;
    case Point::module_coming:
    case Point::module_live:
    case Point::module_going:
    case Point::text_free:
        return scenario::modules;
    case Point::window_publish:
    case Point::window_withdraw:
        return windows;
    case Point::region_state:
        return regions;
    case Point::region_intersects:
        return trees;
    case Point::region_contains:
        return containers;
    case Point::request_dax_region:
        return dax_parents;
    case Point::count_:
        break;
    }
    return {};
}

Words words_of(Site site)
{
    switch (site) {
    case Site::memregion_alloc:
        return nothing;
    case Site::devm_add_action:
    case Site::device_add:
        return devices;
    case Site::platform_device_alloc:
    case Site::platform_device_add_data:
    case Site::platform_device_add:
        return platform_devices;
    case Site::driver_register:
        return drivers;
    case Site::alloc_workqueue:
        return queues;
    case Site::alloc_dax_region:
        return dax_parents;
    case Site::create_dev_dax:
        return dax_devices;
    case Site::kzalloc:
        return works;
    case Site::count_:
        break;
    }
    return {};
}

bool names_a_kind(Words words) { return words.data() == drivers.data(); }

Name name_from(Words words, const scenario::Scenario &scenario, Source &source)
{
    const Word word = words.empty() || source.one_in(16)
                          ? static_cast<Word>(source.below(scenario::words_count))
                          : source.pick(words);
    if (!scenario::is_numbered(word) || (names_a_kind(words) && !source.one_in(16)))
        return name_of(word);
    const auto &known = scenario.layout.regions;
    if (word == Word::region && !known.empty())
        return name_of(word, source.pick(known).number);
    return name_of(word, static_cast<int>(source.below(numbers)));
}

} // namespace

kernel::Role any_role(const scenario::Scenario &scenario, Source &source)
{
    // Half of what happens, happens in an actor's own task.
    const Word kind = source.coin() ? Word::actor : source.pick(scenario::role_kinds);
    if (kind == Word::actor && scenario.actors.empty())
        return kernel::role_of(Word::boot);
    if (kind == Word::actor)
        return kernel::actor_role(static_cast<int>(source.below(scenario.actors.size())));
    if (kind == Word::modprobe)
        return kernel::role_of(kind, name_of(source.pick(scenario::modules)));
    if (kind != Word::probe)
        return kernel::role_of(kind);
    const Word device = source.pick(scenario::probe_words);
    return kernel::role_of(kind, scenario::is_numbered(device)
                                     ? name_of(device, static_cast<int>(source.below(numbers)))
                                     : name_of(device));
}

Name object_at(Point point, const scenario::Scenario &scenario, Source &source)
{
    // The start of an operation is on what the operation is on.
    if (point == Point::operation && !scenario.actors.empty()) {
        const auto &operations = source.pick(scenario.actors).operations;
        if (!operations.empty()) {
            const Name object = source.pick(operations).object;
            // hmem#K is no device's name: which one it was, only the run knows.
            return object.word == Word::hmem
                       ? name_of(Word::hmem, object.number % static_cast<int>(numbers))
                       : object;
        }
    }
    return name_from(words_at(point), scenario, source);
}

Name object_of(Site site, const scenario::Scenario &scenario, Source &source)
{
    return name_from(words_of(site), scenario, source);
}

} // namespace generators
