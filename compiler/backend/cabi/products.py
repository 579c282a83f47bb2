"""Products of matrices as plain loops, for C libraries that are to need no BLAS.

They take what the routines `gemm` and `gemv` of the reference BLAS take (Dongarra et al., "A Set of Level 3 Basic
Linear Algebra Subprograms", ACM TOMS 16, 1990), by address. Steps of vectors are positive.
"""

from __future__ import annotations

from . import complex_products

# c = alpha op(a) op(b) + beta c, by columns of c: each is a sum of columns of op(a).
_GEMM = """
define internal void @<name>(ptr %ta, ptr %tb, ptr %pm, ptr %pn, ptr %pk, ptr %palpha, ptr noalias %a, ptr %plda,
                             ptr noalias %b, ptr %pldb, ptr %pbeta, ptr noalias %c, ptr %pldc)
    nounwind noinline "prefer-vector-width"="512" {
entry:
  %m32 = load i32, ptr %pm
  %n32 = load i32, ptr %pn
  %k32 = load i32, ptr %pk
  %lda32 = load i32, ptr %plda
  %ldb32 = load i32, ptr %pldb
  %ldc32 = load i32, ptr %pldc
  %m = sext i32 %m32 to i64
  %n = sext i32 %n32 to i64
  %k = sext i32 %k32 to i64
  %lda = sext i32 %lda32 to i64
  %ldb = sext i32 %ldb32 to i64
  %ldc = sext i32 %ldc32 to i64
  %alpha = load <t>, ptr %palpha
  %beta = load <t>, ptr %pbeta
  %la = load i8, ptr %ta
  %lb = load i8, ptr %tb
  %plain.a = icmp eq i8 %la, 78
  %plain.b = icmp eq i8 %lb, 78
  %a.row = select i1 %plain.a, i64 1, i64 %lda
  %a.column = select i1 %plain.a, i64 %lda, i64 1
  %b.row = select i1 %plain.b, i64 1, i64 %ldb
  %b.column = select i1 %plain.b, i64 %ldb, i64 1
  %fresh = fcmp oeq <t> %beta, 0.0
  br label %columns
columns:
  %j = phi i64 [ 0, %entry ], [ %j.next, %column.done ]
  %more.j = icmp slt i64 %j, %n
  br i1 %more.j, label %column, label %done
column:
  %c.offset = mul i64 %j, %ldc
  %c.j = getelementptr <t>, ptr %c, i64 %c.offset
  br label %scale
scale:
  %s = phi i64 [ 0, %column ], [ %s.next, %scaled ]
  %more.s = icmp slt i64 %s, %m
  br i1 %more.s, label %scaled, label %terms
scaled:
  %s.at = getelementptr <t>, ptr %c.j, i64 %s
  %old = load <t>, ptr %s.at
  %times = fmul <t> %old, %beta
  %kept = select i1 %fresh, <t> 0.0, <t> %times
  store <t> %kept, ptr %s.at
  %s.next = add nsw i64 %s, 1
  br label %scale
terms:
  %l = phi i64 [ 0, %scale ], [ %l.next, %term.done ]
  %more.l = icmp slt i64 %l, %k
  br i1 %more.l, label %term, label %column.done
term:
  %b.down = mul i64 %l, %b.row
  %b.right = mul i64 %j, %b.column
  %b.offset = add i64 %b.down, %b.right
  %b.at = getelementptr <t>, ptr %b, i64 %b.offset
  %b.value = load <t>, ptr %b.at
  %factor = fmul <t> %alpha, %b.value
  %a.offset = mul i64 %l, %a.column
  %a.l = getelementptr <t>, ptr %a, i64 %a.offset
  br label %rows
rows:
  %i = phi i64 [ 0, %term ], [ %i.next, %row ]
  %more.i = icmp slt i64 %i, %m
  br i1 %more.i, label %row, label %term.done
row:
  %a.down = mul i64 %i, %a.row
  %a.at = getelementptr <t>, ptr %a.l, i64 %a.down
  %a.value = load <t>, ptr %a.at
  %c.at = getelementptr <t>, ptr %c.j, i64 %i
  %sum = load <t>, ptr %c.at
  %product = fmul contract <t> %factor, %a.value
  %sum.next = fadd contract <t> %sum, %product
  store <t> %sum.next, ptr %c.at
  %i.next = add nsw i64 %i, 1
  br label %rows
term.done:
  %l.next = add nsw i64 %l, 1
  br label %terms
column.done:
  %j.next = add nsw i64 %j, 1
  br label %columns
done:
  ret void
}
"""

# y = alpha op(a) x + beta y; rows and columns are those of op(a).
_GEMV = """
define internal void @<name>(ptr %ta, ptr %pm, ptr %pn, ptr %palpha, ptr noalias %a, ptr %plda, ptr noalias %x,
                             ptr %pincx, ptr %pbeta, ptr noalias %y, ptr %pincy)
    nounwind noinline "prefer-vector-width"="512" {
entry:
  %m32 = load i32, ptr %pm
  %n32 = load i32, ptr %pn
  %lda32 = load i32, ptr %plda
  %incx32 = load i32, ptr %pincx
  %incy32 = load i32, ptr %pincy
  %m = sext i32 %m32 to i64
  %n = sext i32 %n32 to i64
  %lda = sext i32 %lda32 to i64
  %incx = sext i32 %incx32 to i64
  %incy = sext i32 %incy32 to i64
  %alpha = load <t>, ptr %palpha
  %beta = load <t>, ptr %pbeta
  %la = load i8, ptr %ta
  %plain = icmp eq i8 %la, 78
  %rows = select i1 %plain, i64 %m, i64 %n
  %columns = select i1 %plain, i64 %n, i64 %m
  %down = select i1 %plain, i64 1, i64 %lda
  %right = select i1 %plain, i64 %lda, i64 1
  %fresh = fcmp oeq <t> %beta, 0.0
  br label %row
row:
  %i = phi i64 [ 0, %entry ], [ %i.next, %row.done ]
  %more.i = icmp slt i64 %i, %rows
  br i1 %more.i, label %begin, label %done
begin:
  %a.offset = mul i64 %i, %down
  %a.i = getelementptr <t>, ptr %a, i64 %a.offset
  br label %terms
terms:
  %j = phi i64 [ 0, %begin ], [ %j.next, %term ]
  %sum = phi <t> [ 0.0, %begin ], [ %sum.next, %term ]
  %more.j = icmp slt i64 %j, %columns
  br i1 %more.j, label %term, label %row.done
term:
  %a.right = mul i64 %j, %right
  %a.at = getelementptr <t>, ptr %a.i, i64 %a.right
  %a.value = load <t>, ptr %a.at
  %x.offset = mul i64 %j, %incx
  %x.at = getelementptr <t>, ptr %x, i64 %x.offset
  %x.value = load <t>, ptr %x.at
  %product = fmul contract <t> %a.value, %x.value
  %sum.next = fadd reassoc contract <t> %sum, %product
  %j.next = add nsw i64 %j, 1
  br label %terms
row.done:
  %y.offset = mul i64 %i, %incy
  %y.at = getelementptr <t>, ptr %y, i64 %y.offset
  %old = load <t>, ptr %y.at
  %times = fmul <t> %old, %beta
  %kept = select i1 %fresh, <t> 0.0, <t> %times
  %scaled = fmul <t> %alpha, %sum
  %new = fadd <t> %kept, %scaled
  store <t> %new, ptr %y.at
  %i.next = add nsw i64 %i, 1
  br label %row
done:
  ret void
}
"""

_TEXTS = {"gemm": _GEMM, "gemv": _GEMV}
_COMPLEX = {"gemm": complex_products.GEMM, "gemv": complex_products.GEMV}
LOOPS = frozenset(letter + name for letter in "dszc" for name in _TEXTS)


def product_text(routine: str, name: str) -> str:
    """The function `name` that does what a routine of `LOOPS` does."""
    texts = _COMPLEX if routine[0] in "zc" else _TEXTS
    return texts[routine[1:]].replace("<name>", name).replace("<t>", "double" if routine[0] in "dz" else "float")
