// SPDX-License-Identifier: GPL-2.0-only
// container_of() of the kernel: from a member to the standard-layout object around it.
#pragma once

#include <cstddef>

#define container_of(pointer, type, member)                                                        \
    reinterpret_cast<type *>(reinterpret_cast<char *>(pointer) - offsetof(type, member))
