/** The look of the component library; the pages' own colours stand in `base.css`. */
import type { ThemeConfig } from "antd";

export const theme: ThemeConfig = {
  cssVar: { key: "lingting" },
  hashed: false,
  token: {
    colorPrimary: "#0f5f73",
    colorText: "#16242b",
    colorBorder: "#cfd9dd",
    borderRadius: 6,
    fontSize: 14,
    fontFamily: "inherit",
    motionDurationMid: "0.12s",
    motionDurationSlow: "0.15s",
  },
  components: {
    Table: { headerBg: "#f3f6f7", headerColor: "#51636c", cellPaddingBlockSM: 7, rowHoverBg: "#eef5f6" },
  },
};
