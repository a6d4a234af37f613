package io.tpp;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * What the operating system's signals do.
 *
 * <p>The JVM's own reaction to SIGTERM ends with exit code 143; TPP's contract is 0 after a normal stop.
 * The only way to it is {@code sun.misc.Signal}, of the supported module {@code jdk.unsupported}; it is
 * reached by reflection because the compiler warns of it without a way to say that it is meant.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs a task at each such signal, on a thread of the JVM's own.
     *
     * @param name without {@code SIG}, as {@code TERM}; ignored where the system has no such signal
     * @return whether the signal does nothing, because whoever started the JVM had it ignored, as {@code nohup} has SIGHUP:
     *     the JVM leaves it so
     */
    static boolean handle(String name, Runnable task) {
        try {
            Class<?> signalClass = Class.forName("sun.misc.Signal");
            Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
            InvocationHandler run = (proxy, method, args) -> {
                if (method.getName().equals("handle")) {
                    task.run();
                    return null;
                }
                return method.invoke(task, args);
            };
            Object handler = Proxy.newProxyInstance(handlerClass.getClassLoader(), new Class<?>[] {handlerClass}, run);
            Object signal = signalClass.getConstructor(String.class).newInstance(name);
            Object before =
                    signalClass.getMethod("handle", signalClass, handlerClass).invoke(null, signal, handler);
            return before == handlerClass.getField("SIG_IGN").get(null);
        } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
            // Such as HUP on Windows, or a JVM started with -Xrs: the JVM's own reaction stays.
            return false;
        }
    }
}
