/** Router, language and look. Each page is a chunk of its own. */
import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { lazy, useEffect } from "react";
import {
  createBrowserRouter,
  isRouteErrorResponse,
  Link,
  Navigate,
  RouterProvider,
  useRouteError,
} from "react-router-dom";
import { Empty } from "../parts/States";
import { TextProvider, useLanguage, useText } from "../text";
import { Frame } from "./Frame";
import { theme } from "./theme";

const Desk = lazy(() => import("../pages/desk/DeskPage"));
const Calls = lazy(() => import("../pages/calls/CallsPage"));
const Pack = lazy(() => import("../pages/pack/PackPage"));
const Packs = lazy(() => import("../pages/packs/PacksPage"));
const Call = lazy(() => import("../pages/call/CallPage"));

const router = createBrowserRouter([
  {
    element: <Frame />,
    errorElement: <Broken />,
    children: [
      { path: "/", element: <Navigate to="/calls" replace /> },
      { path: "/desk", element: <Desk /> },
      { path: "/calls", element: <Calls /> },
      { path: "/calls/:id", element: <Call /> },
      { path: "/packs", element: <Packs /> },
      { path: "/packs/:id", element: <Pack /> },
      { path: "*", element: <NoPage /> },
    ],
  },
]);

export function App() {
  return (
    <TextProvider>
      <Look />
    </TextProvider>
  );
}

function Look() {
  const { language, text } = useLanguage();
  useEffect(() => {
    document.title = text.app.name;
  }, [text]);
  return (
    <ConfigProvider theme={theme} locale={language === "zh" ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <RouterProvider router={router} />
    </ConfigProvider>
  );
}

function NoPage() {
  const text = useText();
  return <Empty title={text.app.notFound} action={<Link to="/calls">{text.app.toCalls}</Link>} />;
}

/** A fault of the page itself: what happened, and a way out. */
function Broken() {
  const text = useText();
  const error = useRouteError();
  const hint = isRouteErrorResponse(error) ? error.statusText : error instanceof Error ? error.message : String(error);
  return <Empty title={text.failure.broken} hint={hint} action={<a href="/calls">{text.app.toCalls}</a>} />;
}
