/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * start.S - the first instruction: block every signal
 *
 * A PID 1 without a handler loses what is sent to it.  Before main() a C library sets itself up, and
 * whatever came in that time would be gone; so the program begins here and not at _start.  The mask
 * that it was given is kept, because the main process is to have it.
 *
 * Where this file has no code the program begins at _start as others do, and main() blocks.
 */
	.section .note.GNU-stack, "", %progbits

	.bss
	.balign	8
	.globl	mask_at_start
	.hidden	mask_at_start
mask_at_start:
	.zero	8
	.globl	mask_is_kept
	.hidden	mask_is_kept
mask_is_kept:
	.zero	4

	.section .rodata
	.balign	8
every_signal:
	.quad	-1

	.text
	.globl	init_start
	.hidden	init_start
#if defined(__x86_64__) && !defined(__ILP32__)
init_start:
	mov	%rdx, %r8			/* _start wants it as the kernel left it */
	mov	$14, %eax			/* rt_sigprocmask(SIG_SETMASK, ...) */
	mov	$2, %edi
	lea	every_signal(%rip), %rsi
	lea	mask_at_start(%rip), %rdx
	mov	$8, %r10d
	syscall
	test	%rax, %rax
	sete	mask_is_kept(%rip)
	mov	%r8, %rdx
	jmp	_start
#elif defined(__aarch64__)
init_start:
	mov	x9, x0
	mov	x8, #135			/* rt_sigprocmask(SIG_SETMASK, ...) */
	mov	x0, #2
	adrp	x1, every_signal
	add	x1, x1, :lo12:every_signal
	adrp	x2, mask_at_start
	add	x2, x2, :lo12:mask_at_start
	mov	x3, #8
	svc	#0
	cbnz	x0, 1f
	mov	w3, #1
	adrp	x1, mask_is_kept
	str	w3, [x1, :lo12:mask_is_kept]
1:	mov	x0, x9
	b	_start
#else
	.set	init_start, _start
#endif
