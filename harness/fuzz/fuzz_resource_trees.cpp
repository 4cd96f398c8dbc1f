// SPDX-License-Identifier: GPL-2.0-only
// Random operations on a resource tree, against interval maps.
#include "fuzz/resource_trees.hpp"

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    fuzz::prepare_resource_trees();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    return fuzz::resource_trees(data, size);
}
