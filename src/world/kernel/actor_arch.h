/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * actor_arch.h - what an actor needs of its machine: how to make a system call, and the first steps
 *
 * Only actor.c includes it.  A port to another machine is this file.
 */
#ifndef SIGFATE_ACTOR_ARCH_H
#define SIGFATE_ACTOR_ARCH_H

#include <asm/unistd.h>

#include "world/kernel/wire.h"

/* Where handlers return to. */
void restorer(void);
/* What a new actor starts with, on the stack of its slot, and what it then does for ever. */
void begin(struct wire_slot *slot);
void serve(struct wire_slot *slot);
/* What the kernel starts a program with: argc, and argv after it. */
void start(const long *stack);
/* Between these two lie the instructions that cannot be executed, one for each signal. */
extern const uint8_t fault_begin[], fault_end[];

#if defined(__x86_64__)

static inline long call6(uint64_t nr, const uint64_t *a)
{
	register uint64_t r10 __asm__("r10") = a[3];
	register uint64_t r8 __asm__("r8") = a[4];
	register uint64_t r9 __asm__("r9") = a[5];
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/* The child has the registers of its parent, but the stack of its slot, and never comes back. */
static inline long call_clone(uint64_t nr, const uint64_t *a, struct wire_slot *child)
{
	register uint64_t r10 __asm__("r10") = a[3];
	register uint64_t r8 __asm__("r8") = a[4];
	register struct wire_slot *r12 __asm__("r12") = child;
	long ret;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %%r12, %%rdi\n\t"
			 "call begin\n\t"
			 "1:"
			 : "=a"(ret)
			 : "0"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r12)
			 : "rcx", "r11", "memory");
	return ret;
}

static inline void serve_on(struct wire_slot *slot, uint8_t *stack)
{
	__asm__ volatile("mov %0, %%rsp\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "call serve"
			 :
			 : "r"(stack), "D"(slot)
			 : "memory");
	__builtin_unreachable();
}

/* What cannot be executed; @nowhere is an address without memory.  0 when it is over. */
static inline long fault(int sig, const void *nowhere)
{
	long ret = 0;

	__asm__ volatile("fault_begin:\n\t"
			 "cmp $4, %%edi\n\t" /* SIGILL */
			 "jne 1f\n\t"
			 "ud2\n"
			 "1:\tcmp $5, %%edi\n\t" /* SIGTRAP */
			 "jne 1f\n\t"
			 "int3\n\t"
			 "jmp fault_end\n"
			 "1:\tcmp $7, %%edi\n\t" /* SIGBUS */
			 "jne 1f\n\t"
			 "mov (%%rsi), %%eax\n"
			 "1:\tcmp $8, %%edi\n\t" /* SIGFPE */
			 "jne 1f\n\t"
			 "xor %%ecx, %%ecx\n\t"
			 "div %%ecx\n"
			 "1:\tcmp $11, %%edi\n\t" /* SIGSEGV */
			 "jne 1f\n\t"
			 "mov 0, %%eax\n"
			 "1:\tmov $-22, %0\n" /* none of them: -EINVAL */
			 "fault_end:"
			 : "+r"(ret)
			 : "D"(sig), "S"(nowhere)
			 : "rax", "rcx", "rdx", "memory", "cc");
	return ret;
}

/* Let a handler return behind the fault.  The context is as <asm/ucontext.h> has it. */
static inline void leave_fault(uint8_t *context)
{
	uint64_t *rip = (uint64_t *)(void *)(context + 168);

	if (*rip >= (uint64_t)fault_begin && *rip < (uint64_t)fault_end)
		*rip = (uint64_t)fault_end;
}

__asm__(".globl restorer, _start\n"
	"restorer:\n\t"
	"mov $15, %eax\n\t"
	"syscall\n"
	"_start:\n\t"
	"mov %rsp, %rdi\n\t"
	"xor %ebp, %ebp\n\t"
	"call start\n");
_Static_assert(__NR_rt_sigreturn == 15, "restorer() calls it");

#elif defined(__aarch64__)

static inline long call6(uint64_t nr, const uint64_t *a)
{
	register uint64_t x8 __asm__("x8") = nr;
	register uint64_t x0 __asm__("x0") = a[0];
	register uint64_t x1 __asm__("x1") = a[1];
	register uint64_t x2 __asm__("x2") = a[2];
	register uint64_t x3 __asm__("x3") = a[3];
	register uint64_t x4 __asm__("x4") = a[4];
	register uint64_t x5 __asm__("x5") = a[5];

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return (long)x0;
}

/* The child has the registers of its parent, but the stack of its slot, and never comes back. */
static inline long call_clone(uint64_t nr, const uint64_t *a, struct wire_slot *child)
{
	register uint64_t x8 __asm__("x8") = nr;
	register uint64_t x0 __asm__("x0") = a[0];
	register uint64_t x1 __asm__("x1") = a[1];
	register uint64_t x2 __asm__("x2") = a[2];
	register uint64_t x3 __asm__("x3") = a[3];
	register uint64_t x4 __asm__("x4") = a[4];
	register struct wire_slot *x19 __asm__("x19") = child;

	__asm__ volatile("svc #0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, #0\n\t"
			 "mov x0, x19\n\t"
			 "bl begin\n"
			 "1:"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x19)
			 : "x30", "memory");
	return (long)x0;
}

static inline void serve_on(struct wire_slot *slot, uint8_t *stack)
{
	register struct wire_slot *x0 __asm__("x0") = slot;

	__asm__ volatile("mov sp, %0\n\t"
			 "mov x29, #0\n\t"
			 "bl serve"
			 :
			 : "r"(stack), "r"(x0)
			 : "memory");
	__builtin_unreachable();
}

/* What cannot be executed; @nowhere is an address without memory.  0 when it is over. */
static inline long fault(int sig, const void *nowhere)
{
	register uint64_t x1 __asm__("x1") = (uint64_t)sig;
	register const void *x2 __asm__("x2") = nowhere;
	long ret = 0;

	__asm__ volatile("fault_begin:\n\t"
			 "cmp x1, #4\n\t" /* SIGILL */
			 "b.ne 1f\n\t"
			 ".inst 0\n"
			 "1:\tcmp x1, #5\n\t" /* SIGTRAP */
			 "b.ne 1f\n\t"
			 "brk #0\n"
			 "1:\tcmp x1, #7\n\t" /* SIGBUS */
			 "b.ne 1f\n\t"
			 "ldr w3, [x2]\n"
			 "1:\tcmp x1, #11\n\t" /* SIGSEGV */
			 "b.ne 1f\n\t"
			 "mov x3, #0\n\t"
			 "ldr w3, [x3]\n"
			 "1:\tmov %0, #-22\n" /* none of them, division by zero either: -EINVAL */
			 "fault_end:"
			 : "+r"(ret)
			 : "r"(x1), "r"(x2)
			 : "x3", "memory", "cc");
	return ret;
}

/* Let a handler return behind the fault.  The context is as <asm/ucontext.h> has it. */
static inline void leave_fault(uint8_t *context)
{
	uint64_t *pc = (uint64_t *)(void *)(context + 440);

	if (*pc >= (uint64_t)fault_begin && *pc < (uint64_t)fault_end)
		*pc = (uint64_t)fault_end;
}

__asm__(".globl restorer, _start\n"
	"restorer:\n\t"
	"mov x8, #139\n\t"
	"svc #0\n"
	"_start:\n\t"
	"mov x0, sp\n\t"
	"mov x29, #0\n\t"
	"bl start\n");
_Static_assert(__NR_rt_sigreturn == 139, "restorer() calls it");

#else
#error "an actor's machine instructions are known for x86-64 and arm64 only"
#endif

#endif
