package io.dflockd.spring.internal;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * Says quickly, and surely, which classes have nothing to do with an annotation: the class of every bean comes by here when
 * an application starts. Remembers what it found. Thread-safe.
 */
public final class AnnotatedClasses {

    private static final Logger log = LoggerFactory.getLogger(AnnotatedClasses.class);

    /** The types of the annotations that classes declare, whichever of them is looked for. */
    private static final Map<Class<?>, Set<Class<? extends Annotation>>> DECLARED =
            new ConcurrentReferenceHashMap<>(256, ConcurrentReferenceHashMap.ReferenceType.WEAK);

    private final Class<? extends Annotation> annotation;

    /** For types of annotations, whether they are this one or are annotated with it. */
    private final Map<Class<? extends Annotation>, Boolean> carriers = new ConcurrentHashMap<>();

    private final Map<Class<?>, Boolean> declared = new ConcurrentHashMap<>();

    private final Map<Class<?>, Boolean> inherited = new ConcurrentHashMap<>();

    /**
     * Remembers nothing yet.
     *
     * @param annotation what to look for
     */
    public AnnotatedClasses(Class<? extends Annotation> annotation) {
        this.annotation = annotation;
    }

    /**
     * Whether a class, a superclass or an interface has the annotation, on itself or on a method.
     *
     * @param type the class
     * @return false if there is nothing to find
     */
    public boolean contains(Class<?> type) {
        Boolean known = inherited.get(type);
        if (known == null) {
            known = search(type);
            inherited.put(type, known);
        }
        return known;
    }

    /**
     * Whether a class itself has the annotation, or one of the methods that it declares.
     *
     * @param type the class or interface
     * @return false if there is nothing to find
     */
    public boolean containsDeclaring(Class<?> type) {
        Boolean known = declared.get(type);
        if (known == null) {
            known = AnnotationUtils.isCandidateClass(type, annotation) && isPresentOn(type);
            declared.put(type, known);
        }
        return known;
    }

    /**
     * The interfaces of a class, those that superclasses implement and interfaces extend as well.
     *
     * @param type the class
     * @return all of them
     */
    public static Set<Class<?>> allInterfaces(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> current = type; current != null; current = current.getSuperclass()) {
            addInterfaces(current, all);
        }
        return all;
    }

    private static void addInterfaces(Class<?> type, Set<Class<?>> all) {
        for (Class<?> declared : type.getInterfaces()) {
            if (all.add(declared)) {
                addInterfaces(declared, all);
            }
        }
    }

    private boolean search(Class<?> type) {
        for (Class<?> current = type; current != null && current != Object.class; current = current.getSuperclass()) {
            if (containsDeclaring(current)) {
                return true;
            }
        }
        for (Class<?> declaring : allInterfaces(type)) {
            if (containsDeclaring(declaring)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a class declares the annotation. Methods that name absent classes keep reflection from reading any method of
     * the class; then its class file tells.
     */
    private boolean isPresentOn(Class<?> type) {
        try {
            return isReadOn(type);
        } catch (RuntimeException | LinkageError ex) {
            if (isOnType(type) || isInClassFile(type)) {
                throw ex;
            }
            log.debug("Could not read the methods of {}; it has no {}", type, annotation.getSimpleName(), ex);
            return false;
        }
    }

    private boolean isOnType(Class<?> type) {
        for (Annotation candidate : type.getDeclaredAnnotations()) {
            if (isOrHas(candidate.annotationType())) {
                return true;
            }
        }
        return false;
    }

    private boolean isInClassFile(Class<?> type) {
        try {
            AnnotationMetadata metadata = new SimpleMetadataReaderFactory(type.getClassLoader())
                    .getMetadataReader(type.getName())
                    .getAnnotationMetadata();
            return metadata.isAnnotated(annotation.getName()) || metadata.hasAnnotatedMethods(annotation.getName());
        } catch (IOException ex) {
            log.debug("Could not read the class file of {}", type, ex);
            return false;
        }
    }

    private boolean isReadOn(Class<?> type) {
        for (Class<? extends Annotation> candidate : declaredBy(type)) {
            if (isOrHas(candidate)) {
                return true;
            }
        }
        return false;
    }

    private static Set<Class<? extends Annotation>> declaredBy(Class<?> type) {
        Set<Class<? extends Annotation>> known = DECLARED.get(type);
        if (known == null) {
            Set<Class<? extends Annotation>> found = new LinkedHashSet<>();
            addTypes(type.getDeclaredAnnotations(), found);
            for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
                addTypes(method.getDeclaredAnnotations(), found);
            }
            known = Set.copyOf(found);
            DECLARED.put(type, known);
        }
        return known;
    }

    private static void addTypes(Annotation[] annotations, Set<Class<? extends Annotation>> types) {
        for (Annotation annotation : annotations) {
            types.add(annotation.annotationType());
        }
    }

    private boolean isOrHas(Class<? extends Annotation> type) {
        Boolean known = carriers.get(type);
        if (known == null) {
            known = type == annotation || MergedAnnotations.from(type).isPresent(annotation) || isContainer(type);
            carriers.put(type, known);
        }
        return known;
    }

    /** Repeated annotations are declared as the one that contains them. */
    private boolean isContainer(Class<? extends Annotation> type) {
        Method value = ReflectionUtils.findMethod(type, "value");
        Class<?> contained = value == null ? null : value.getReturnType().getComponentType();
        return contained != null && contained.isAnnotation() && isOrHas(contained.asSubclass(Annotation.class));
    }
}
