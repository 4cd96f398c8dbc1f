// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/object.hpp"

#include "kernel/assert.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/sanitizer.hpp"
#include "kernel/state.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>

namespace kernel {

Place usual_place()
{
#ifdef HMEMFUZZ_ARENA
    return Place::arena;
#else
    return Place::heap;
#endif
}

void ObjectStore::begin(Memory memory, Place place)
{
    HARNESS_ASSERT(blocks_.empty());
    memory_ = memory;
    place_ = place;
}

void ObjectStore::end()
{
    if (place_ == Place::arena)
        arena_.clear();
    for (Block &block : blocks_) {
        // clear() keeps the table's memory: what it says there would hide a leak.
        char *object = std::exchange(block.object, nullptr);
        if (place_ == Place::arena || (memory_ == Memory::raw && (block.freed || !block.immortal)))
            continue;
        unpoison(object, block.size);
        std::free(object - sizeof(Header));
    }
    blocks_.clear();
    freed_.clear();
    looks_ = false;
}

void *ObjectStore::allocate(std::size_t size, Name what)
{
    char *object = nullptr;
    if (place_ == Place::arena) {
        object = arena_.allocate(size, static_cast<std::uint32_t>(blocks_.size()));
    } else {
        char *memory = static_cast<char *>(std::calloc(1, sizeof(Header) + size));
        HARNESS_ASSERT(memory != nullptr);
        new (memory) Header{.index = static_cast<Number>(blocks_.size())};
        object = memory + sizeof(Header);
    }
    State &self = state();
    const char *function = "";
    std::size_t event = no_record;
    if (self.scheduler.on_task()) {
        const task_struct &task = self.scheduler.current();
        function = cause_of(task);
        // What the environment allocates is nobody's finding to look up.
        if (innermost_of(task) != nullptr && self.recorded->has(EventKind::allocated)) {
            event = self.events.size();
            record(EventKind::allocated, what);
        }
    }
    blocks_.emplace_back(object, size, event, what, false, false, function);
    return object;
}

ObjectStore::Number ObjectStore::index_of(const void *object) const
{
    const Number index =
        place_ == Place::arena ? arena_.number_at(object) : header_of(object)->index;
    HARNESS_ASSERT(index < blocks_.size());
    return index;
}

ObjectStore::Number ObjectStore::object_to_free(void *pointer)
{
    if (place_ == Place::arena) {
        const Number number = arena_.number_at(pointer);
        if (number == no_object || blocks_[number].object != pointer) [[unlikely]]
            return other_object_to_free(pointer);
        if (!judged())
            look_at(pointer); // let AddressSanitizer see whether it was freed before
        else if (blocks_[number].freed)
            touch_freed(pointer);
        return number;
    }
    touch(pointer);
    if (header_of(pointer)->magic != Header::its_magic)
        return other_object_to_free(pointer);
    if (!judged())
        look_at(pointer);
    return header_of(pointer)->index;
}

ObjectStore::Number ObjectStore::other_object_to_free(void *pointer)
{
    touch(pointer);
    if (!judged())
        std::free(pointer);
    const Block *block = find(pointer);
    warn(Misuse::invalid_free, block != nullptr ? block->what : Name{});
    return block != nullptr ? static_cast<Number>(block - blocks_.data()) : no_object;
}

void ObjectStore::free(Number number)
{
    Block &block = blocks_[number];
    block.freed = true;
    if (place_ == Place::heap) {
        free_on_heap(block);
        return;
    }
    poison(block.object, block.size);
    if (judged())
        arena_.mark_freed(block.object);
}

void ObjectStore::free_on_heap(Block &block)
{
    if (!judged()) {
        std::free(block.object - sizeof(Header));
        return;
    }
    poison(block.object, block.size);
    looks_ = true;
    const auto before = [this](std::uint32_t left, std::uint32_t right) {
        return std::less<>{}(blocks_[left].object, blocks_[right].object);
    };
    const auto number = static_cast<Number>(&block - blocks_.data());
    freed_.insert(std::upper_bound(freed_.begin(), freed_.end(), number, before), number);
}

void ObjectStore::mark_immortal(void *object) { blocks_[index_of(object)].immortal = true; }

// In raw mode nothing counts as freed: the sanitizers look for it.
const ObjectStore::Block *ObjectStore::find_freed(const void *pointer) const
{
    const char *address = static_cast<const char *>(pointer);
    if (place_ == Place::arena) {
        if (!arena_.is_freed_at(pointer))
            return nullptr;
        const Block &block = blocks_[arena_.number_at(pointer)];
        return block.holds(address) ? &block : nullptr;
    }
    const auto after = std::upper_bound(
        freed_.begin(), freed_.end(), address, [this](const char *value, std::uint32_t index) {
            return std::less<>{}(value, blocks_[index].object - sizeof(Header));
        });
    if (after == freed_.begin())
        return nullptr;
    const Block &block = blocks_[*std::prev(after)];
    return block.holds(address) ? &block : nullptr;
}

const ObjectStore::Block *ObjectStore::find(const void *pointer) const
{
    const char *address = static_cast<const char *>(pointer);
    if (place_ == Place::arena) {
        const std::uint32_t index = arena_.number_at(pointer);
        return index != Arena::none && blocks_[index].holds(address) ? &blocks_[index] : nullptr;
    }
    const auto block = std::find_if(blocks_.begin(), blocks_.end(),
                                    [&](const Block &other) { return other.holds(address); });
    return block != blocks_.end() ? &*block : nullptr;
}

void ObjectStore::touch_freed(const void *pointer)
{
    oops(Misuse::use_after_free, find_freed(pointer)->what);
}

bool ObjectStore::within(const void *object, const void *pointer) const
{
    const char *begin = static_cast<const char *>(object);
    const char *address = static_cast<const char *>(pointer);
    const std::size_t size = blocks_[index_of(object)].size;
    return !std::less<>{}(address, begin) && std::less<>{}(address, begin + size);
}

Name ObjectStore::freed_name(const void *pointer) const
{
    const Block *block = find_freed(pointer);
    return block != nullptr ? block->what : Name{};
}

std::vector<void *> ObjectStore::pointees(const void *holder) const
{
    const char *bytes = static_cast<const char *>(holder);
    const std::size_t size = blocks_[index_of(holder)].size;
    std::vector<void *> found;
    for (std::size_t at = 0; at + sizeof(void *) <= size; at += alignof(void *)) {
        const void *pointer = nullptr;
        std::memcpy(&pointer, bytes + at, sizeof(pointer));
        for (const Block &block : blocks_)
            if (!block.freed && block.object == pointer)
                found.push_back(block.object);
    }
    return found;
}

Name ObjectStore::name_around(const void *pointer) const
{
    const Block *block = find(pointer);
    return block != nullptr ? block->what : Name{};
}

std::vector<ObjectStore::Leak> ObjectStore::survivors() const
{
    std::vector<Leak> leaks;
    for (const Block &block : blocks_)
        if (!block.freed && !block.immortal)
            leaks.push_back({block.what, block.event, block.function});
    return leaks;
}

void *allocate_object(std::size_t size, Name what) { return state().objects.allocate(size, what); }

void kfree(void *object)
{
    if (object == nullptr)
        return;
    const Within own(Footprint::of(Area::lifetimes) | Footprint::read(Area::works));
    ObjectStore &objects = state().objects;
    const ObjectStore::Number number = objects.object_to_free(object);
    if (number == ObjectStore::no_object)
        return;
    check_no_work_inside(objects.address(number));
    objects.free(number);
}

void kmemleak_not_leak(void *object) { state().objects.mark_immortal(object); }

namespace {

[[gnu::noinline]] void touch_slowly(State &self, const void *object)
{
    touches(Footprint::read(Area::lifetimes));
    self.objects.touch(object);
}

} // namespace

// Called for every step: most often nobody asks, and nothing near was freed.
void touch(const void *object)
{
    State &self = state();
    if (run_is_directed || self.objects.may_be_freed(object)) [[unlikely]]
        touch_slowly(self, object);
}

} // namespace kernel
