import { lazy, Suspense } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";
import { PageLoading } from "@/ui/states";
import Frame from "./Frame";
import { Lost } from "./Lost";
import { PageCrash } from "./PageCrash";
import { SignedIn } from "./session";

const SignIn = lazy(() => import("./SignIn"));
const NewPassword = lazy(() => import("./NewPassword"));
const SecondFactor = lazy(() => import("./SecondFactor"));
const HomePage = lazy(() => import("@/customers/pages/HomePage"));
const CustomersPage = lazy(() => import("@/customers/pages/CustomersPage"));
const CustomerProfile = lazy(() => import("@/customers/pages/CustomerProfile"));
const StaffPage = lazy(() => import("@/customers/pages/settings/StaffPage"));

/** Every address of the console; each page's code is loaded when it is first opened. */
export const routes: RouteObject[] = [
  {
    path: "/sign-in",
    errorElement: <PageCrash />,
    element: (
      <Suspense fallback={<PageLoading />}>
        <SignIn />
      </Suspense>
    ),
  },
  {
    path: "/new-password",
    errorElement: <PageCrash />,
    element: (
      <SignedIn>
        <Suspense fallback={<PageLoading />}>
          <NewPassword />
        </Suspense>
      </SignedIn>
    ),
  },
  {
    path: "/second-factor",
    errorElement: <PageCrash />,
    element: (
      <SignedIn>
        <Suspense fallback={<PageLoading />}>
          <SecondFactor />
        </Suspense>
      </SignedIn>
    ),
  },
  {
    path: "/",
    errorElement: <PageCrash />,
    element: (
      <SignedIn>
        <Frame />
      </SignedIn>
    ),
    children: [
      {
        errorElement: <PageCrash />,
        children: [
          { index: true, element: <HomePage /> },
          { path: "guests", element: <CustomersPage /> },
          { path: "guests/:customerId", element: <CustomerProfile /> },
          { path: "settings/staff", element: <StaffPage /> },
          { path: "*", element: <Lost /> },
        ],
      },
    ],
  },
];

export const makeRouter = () => createBrowserRouter(routes, { basename: "/admin/customers" });
