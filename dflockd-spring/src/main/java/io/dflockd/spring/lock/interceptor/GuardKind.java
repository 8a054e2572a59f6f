package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.annotation.LockDefinitionException;

/**
 * One annotation that guards methods, for the checks that are the same for all of them.
 *
 * @param annotations which methods have it
 * @param consequence what a method would do that is not guarded, as a part of a sentence
 * @param remedy what to use instead of the annotation, as a part of a sentence
 */
public record GuardKind(GuardAnnotations annotations, String consequence, String remedy) {

    /**
     * Refuses a method that cannot be guarded.
     *
     * @param beanName the name of the bean
     * @param label annotation and method
     * @param why the end of a sentence about the method
     * @param action what to do
     * @return what to throw
     */
    public LockDefinitionException refusal(String beanName, String label, String why, String action) {
        return new LockDefinitionException(
                "bean '" + beanName + "': " + label + " " + consequence + ": the method " + why, action, null);
    }

    static GuardKind of(GuardAnnotations annotations) {
        return new GuardKind(annotations, "would run without its lock", "use LockTemplate");
    }
}
