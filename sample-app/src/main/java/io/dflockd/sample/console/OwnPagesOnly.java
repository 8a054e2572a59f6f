package io.dflockd.sample.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Lets no page of another site press the buttons, and no other site show this one in a frame. A browser says with each POST which
 * site its page is of.
 */
final class OwnPagesOnly implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'");
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (!request.getMethod().equals("POST") || origin == null || isOwn(origin, request)) {
            return true;
        }
        response.sendError(
                HttpServletResponse.SC_FORBIDDEN, "this request is of a page of another site, which is not allowed");
        return false;
    }

    private static boolean isOwn(String origin, HttpServletRequest request) {
        try {
            String site = URI.create(origin).getRawAuthority();
            return site != null && site.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST));
        } catch (IllegalArgumentException ex) {
            return false;
        }
    }
}
