// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/object.hpp"

#include "kernel/assert.hpp"
#include "kernel/kernel.hpp"
#include "kernel/sanitizer.hpp"
#include "kernel/state.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>

namespace kernel {

void ObjectStore::begin(Memory memory)
{
    HARNESS_ASSERT(blocks_.empty());
    memory_ = memory;
}

void ObjectStore::end()
{
    for (Block &block : blocks_) {
        // clear() keeps the table's memory: what it says there would hide a leak.
        char *memory = std::exchange(block.memory, nullptr);
        if (memory_ == Memory::raw && (block.freed || !block.immortal))
            continue;
        ASAN_UNPOISON_MEMORY_REGION(memory, sizeof(Header) + block.size);
        std::free(memory);
    }
    blocks_.clear();
    freed_.clear();
}

void *ObjectStore::allocate(std::size_t size, Name what)
{
    char *memory = static_cast<char *>(std::calloc(1, sizeof(Header) + size));
    HARNESS_ASSERT(memory != nullptr);
    Header *header = new (memory) Header{.index = blocks_.size()};
    const Scheduler &scheduler = state().scheduler;
    const char *function = "";
    std::size_t event = no_record;
    if (scheduler.on_task()) {
        function = cause_of(scheduler.current());
        // What the environment allocates is nobody's finding to look up.
        if (innermost_of(scheduler.current()) != nullptr) {
            event = state().events.size();
            record(EventKind::allocated, what);
        }
    }
    blocks_.push_back({memory, size, event, what, function, false, false});
    return header + 1;
}

void *ObjectStore::object_to_free(void *pointer)
{
    if (memory_ == Memory::judged)
        touch(pointer);
    if (header_of(pointer)->magic == Header::its_magic)
        return pointer;
    if (memory_ == Memory::raw)
        std::free(pointer);
    const Block *block = find(pointer);
    warn(Misuse::invalid_free, block != nullptr ? block->what : Name{});
    return block != nullptr ? block->memory + sizeof(Header) : nullptr;
}

void ObjectStore::free(void *object)
{
    const std::uint64_t index = header_of(object)->index;
    HARNESS_ASSERT(index < blocks_.size());
    Block &block = blocks_[index];
    block.freed = true;
    if (memory_ == Memory::raw) {
        std::free(block.memory);
        return;
    }
    ASAN_POISON_MEMORY_REGION(object, block.size);
    const auto before = [this](std::uint32_t left, std::uint32_t right) {
        return std::less<>{}(blocks_[left].memory, blocks_[right].memory);
    };
    const auto entry = static_cast<std::uint32_t>(index);
    freed_.insert(std::upper_bound(freed_.begin(), freed_.end(), entry, before), entry);
}

void ObjectStore::mark_immortal(void *object) { blocks_[header_of(object)->index].immortal = true; }

const ObjectStore::Block *ObjectStore::find_freed(const void *pointer) const
{
    const char *address = static_cast<const char *>(pointer);
    const auto after = std::upper_bound(
        freed_.begin(), freed_.end(), address, [this](const char *value, std::uint32_t index) {
            return std::less<>{}(value, static_cast<const char *>(blocks_[index].memory));
        });
    if (after == freed_.begin())
        return nullptr;
    const Block &block = blocks_[*std::prev(after)];
    const bool inside = std::less<>{}(address, static_cast<const char *>(block.memory) +
                                                   sizeof(Header) + block.size);
    return inside ? &block : nullptr;
}

const ObjectStore::Block *ObjectStore::find(const void *pointer) const
{
    const char *address = static_cast<const char *>(pointer);
    const auto block = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block &other) {
        return !std::less<>{}(address, static_cast<const char *>(other.memory)) &&
               std::less<>{}(address,
                             static_cast<const char *>(other.memory) + sizeof(Header) + other.size);
    });
    return block != blocks_.end() ? &*block : nullptr;
}

void ObjectStore::touch(const void *pointer)
{
    if (freed_.empty())
        return;
    if (const Block *block = find_freed(pointer))
        oops(Misuse::use_after_free, block->what);
}

bool ObjectStore::within(const void *object, const void *pointer) const
{
    const char *begin = static_cast<const char *>(object);
    const char *address = static_cast<const char *>(pointer);
    const std::size_t size = blocks_[header_of(object)->index].size;
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
    const std::size_t size = blocks_[header_of(holder)->index].size;
    std::vector<void *> found;
    for (std::size_t at = 0; at + sizeof(void *) <= size; at += alignof(void *)) {
        const void *pointer = nullptr;
        std::memcpy(&pointer, bytes + at, sizeof(pointer));
        for (const Block &block : blocks_)
            if (!block.freed && block.memory + sizeof(Header) == pointer)
                found.push_back(block.memory + sizeof(Header));
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
    object = state().objects.object_to_free(object);
    if (object == nullptr)
        return;
    check_no_work_inside(object);
    state().objects.free(object);
}

void kmemleak_not_leak(void *object) { state().objects.mark_immortal(object); }

void touch(const void *object) { state().objects.touch(object); }

} // namespace kernel
