"""Products of complex matrices as plain loops: what `products` has for real ones.

A number is two of `<t>`, its real and its imaginary part. The letter C conjugates what it turns.
"""

from __future__ import annotations

_SIZES = """  %lda32 = load i32, ptr %plda
  %lda = sext i32 %lda32 to i64
  %m32 = load i32, ptr %pm
  %m = sext i32 %m32 to i64
  %n32 = load i32, ptr %pn
  %n = sext i32 %n32 to i64
  %alpha.re = load <t>, ptr %palpha
  %alpha.at = getelementptr <t>, ptr %palpha, i64 1
  %alpha.im = load <t>, ptr %alpha.at
  %beta.re = load <t>, ptr %pbeta
  %beta.at = getelementptr <t>, ptr %pbeta, i64 1
  %beta.im = load <t>, ptr %beta.at
  %zero.re = fcmp oeq <t> %beta.re, 0.0
  %zero.im = fcmp oeq <t> %beta.im, 0.0
  %fresh = and i1 %zero.re, %zero.im
  %la = load i8, ptr %ta
  %plain.a = icmp eq i8 %la, 78
  %conj.a = icmp eq i8 %la, 67
  %sign.a = select i1 %conj.a, <t> -1.0, <t> 1.0
  %down.a = select i1 %plain.a, i64 1, i64 %lda
  %right.a = select i1 %plain.a, i64 %lda, i64 1
"""

# One entry of the result: the sum over `count` terms of a, from %a.start in steps of %right.a, times x.
_ENTRY = """terms:
  %l = phi i64 [ 0, %begin ], [ %l.next, %term ]
  %sum.re = phi <t> [ 0.0, %begin ], [ %sum.re.next, %term ]
  %sum.im = phi <t> [ 0.0, %begin ], [ %sum.im.next, %term ]
  %more.l = icmp slt i64 %l, %count
  br i1 %more.l, label %term, label %entry.done
term:
  %a.offset = mul i64 %l, %right.a
  %a.place = add i64 %a.start, %a.offset
  %a.twice = shl i64 %a.place, 1
  %a.at = getelementptr <t>, ptr %a, i64 %a.twice
  %a.re = load <t>, ptr %a.at
  %a.im.at = getelementptr <t>, ptr %a.at, i64 1
  %a.im.own = load <t>, ptr %a.im.at
  %a.im = fmul <t> %a.im.own, %sign.a
  %x.offset = mul i64 %l, %x.step
  %x.place = add i64 %x.start, %x.offset
  %x.twice = shl i64 %x.place, 1
  %x.at = getelementptr <t>, ptr %x, i64 %x.twice
  %x.re = load <t>, ptr %x.at
  %x.im.at = getelementptr <t>, ptr %x.at, i64 1
  %x.im.own = load <t>, ptr %x.im.at
  %x.im = fmul <t> %x.im.own, %sign.x
  %p.rr = fmul contract <t> %a.re, %x.re
  %p.ii = fmul contract <t> %a.im, %x.im
  %p.ri = fmul contract <t> %a.re, %x.im
  %p.ir = fmul contract <t> %a.im, %x.re
  %p.re = fsub contract <t> %p.rr, %p.ii
  %p.im = fadd contract <t> %p.ri, %p.ir
  %sum.re.next = fadd reassoc contract <t> %sum.re, %p.re
  %sum.im.next = fadd reassoc contract <t> %sum.im, %p.im
  %l.next = add nsw i64 %l, 1
  br label %terms
entry.done:
  %y.twice = shl i64 %y.place, 1
  %y.at = getelementptr <t>, ptr %y, i64 %y.twice
  %y.im.at = getelementptr <t>, ptr %y.at, i64 1
  %old.re = load <t>, ptr %y.at
  %old.im = load <t>, ptr %y.im.at
  %b.rr = fmul <t> %old.re, %beta.re
  %b.ii = fmul <t> %old.im, %beta.im
  %b.ri = fmul <t> %old.re, %beta.im
  %b.ir = fmul <t> %old.im, %beta.re
  %b.re = fsub <t> %b.rr, %b.ii
  %b.im = fadd <t> %b.ri, %b.ir
  %kept.re = select i1 %fresh, <t> 0.0, <t> %b.re
  %kept.im = select i1 %fresh, <t> 0.0, <t> %b.im
  %s.rr = fmul <t> %sum.re, %alpha.re
  %s.ii = fmul <t> %sum.im, %alpha.im
  %s.ri = fmul <t> %sum.re, %alpha.im
  %s.ir = fmul <t> %sum.im, %alpha.re
  %s.re = fsub <t> %s.rr, %s.ii
  %s.im = fadd <t> %s.ri, %s.ir
  %new.re = fadd <t> %kept.re, %s.re
  %new.im = fadd <t> %kept.im, %s.im
  store <t> %new.re, ptr %y.at
  store <t> %new.im, ptr %y.im.at
  %i.next = add nsw i64 %i, 1
  br label %row
"""

GEMM = f"""
define internal void @<name>(ptr %ta, ptr %tb, ptr %pm, ptr %pn, ptr %pk, ptr %palpha, ptr noalias %a, ptr %plda,
                             ptr noalias %x, ptr %pldb, ptr %pbeta, ptr noalias %y, ptr %pldc)
    nounwind noinline {{
entry:
{_SIZES}  %k32 = load i32, ptr %pk
  %count = sext i32 %k32 to i64
  %ldb32 = load i32, ptr %pldb
  %ldb = sext i32 %ldb32 to i64
  %ldc32 = load i32, ptr %pldc
  %ldc = sext i32 %ldc32 to i64
  %lb = load i8, ptr %tb
  %plain.b = icmp eq i8 %lb, 78
  %conj.b = icmp eq i8 %lb, 67
  %sign.x = select i1 %conj.b, <t> -1.0, <t> 1.0
  %x.step = select i1 %plain.b, i64 1, i64 %ldb
  %x.right = select i1 %plain.b, i64 %ldb, i64 1
  br label %column
column:
  %j = phi i64 [ 0, %entry ], [ %j.next, %column.done ]
  %more.j = icmp slt i64 %j, %n
  br i1 %more.j, label %first, label %done
first:
  %x.start = mul i64 %j, %x.right
  %y.start = mul i64 %j, %ldc
  br label %row
row:
  %i = phi i64 [ 0, %first ], [ %i.next, %entry.done ]
  %more.i = icmp slt i64 %i, %m
  br i1 %more.i, label %begin, label %column.done
begin:
  %a.start = mul i64 %i, %down.a
  %y.place = add i64 %y.start, %i
  br label %terms
{_ENTRY}column.done:
  %j.next = add nsw i64 %j, 1
  br label %column
done:
  ret void
}}
"""

GEMV = f"""
define internal void @<name>(ptr %ta, ptr %pm, ptr %pn, ptr %palpha, ptr noalias %a, ptr %plda, ptr noalias %x,
                             ptr %pincx, ptr %pbeta, ptr noalias %y, ptr %pincy) nounwind noinline {{
entry:
{_SIZES}  %incx32 = load i32, ptr %pincx
  %x.step = sext i32 %incx32 to i64
  %incy32 = load i32, ptr %pincy
  %incy = sext i32 %incy32 to i64
  %rows = select i1 %plain.a, i64 %m, i64 %n
  %count = select i1 %plain.a, i64 %n, i64 %m
  %sign.x = fadd <t> 1.0, 0.0
  %x.start = add i64 0, 0
  br label %row
row:
  %i = phi i64 [ 0, %entry ], [ %i.next, %entry.done ]
  %more.i = icmp slt i64 %i, %rows
  br i1 %more.i, label %begin, label %done
begin:
  %a.start = mul i64 %i, %down.a
  %y.place = mul i64 %i, %incy
  br label %terms
{_ENTRY}done:
  ret void
}}
"""
