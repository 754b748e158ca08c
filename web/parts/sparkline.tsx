import type { ReactNode } from "react";

/** A small line without axes, with its zero where that is in sight. The figures beside it say what it is; it is a picture only. */
export function Sparkline({ values, label, width = 120, height = 28 }: { readonly values: readonly number[]; readonly label: string; readonly width?: number; readonly height?: number }): ReactNode {
  if (values.length < 2) return null;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least || 1;
  const y = (value: number) => height - 2 - ((value - least) / span) * (height - 4);
  const points = values.map((value, i) => `${((i / (values.length - 1)) * width).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return (
    <svg className="sparkline" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {least < 0 && most > 0 && <line className="zero" x1={0} x2={width} y1={y(0)} y2={y(0)} />}
      <polyline points={points} />
    </svg>
  );
}
