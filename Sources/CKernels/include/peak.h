#ifndef MVP_PEAK_H
#define MVP_PEAK_H

// peak.c: what the arithmetic units of one core reach when nothing else holds them up. Each runs for about `seconds` on
// the calling thread and returns the operations a second of its best twentieth, a multiply-add counted as two, so that
// a moment in which another process has the core does not count; 0 if the CPU has no such instruction.
double mvp_peak_fma(double seconds);   // float32 fused multiply-add, widest vectors of this CPU
// bfloat16 dot product (vdpbf16ps), or that of tiles (tdpbf16ps) where AMX is granted
double mvp_peak_bf16(double seconds);

#endif
