/** A box that filters as one types; Escape gives the keys back to the page. */
import { Input, type InputRef } from "antd";
import type { RefObject } from "react";

interface Props {
  box: RefObject<InputRef | null>;
  value: string;
  label: string;
  onChange(value: string): void;
  className?: string;
}

export function SearchBox({ box, value, label, onChange, className }: Props) {
  return (
    <Input
      ref={box}
      className={className}
      size="small"
      allowClear
      value={value}
      placeholder={label}
      aria-label={label}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => event.key === "Escape" && box.current?.blur()}
    />
  );
}
